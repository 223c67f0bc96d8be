use std::fmt::Display;

use serde::{Deserialize, Deserializer};

use crate::fields::Fields;

/// A field of a PATCH: left out, null, or a value. In a request's struct it carries `#[serde(default)]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Left out: it stays as it is.
    #[default]
    Absent,
    /// Null: it is cleared.
    Null,
    /// The field becomes this value.
    Value(T),
}

impl Patch<String> {
    /// The same with its text read, if it has one. What is wrong with it is noted, and it counts as left out. A text of nothing
    /// but blanks clears, as null does: forms send it for a field that was emptied.
    #[must_use]
    pub fn parse<U, E: Display>(
        self,
        fields: &mut Fields,
        field: &str,
        parse: impl FnOnce(&str) -> Result<U, E>,
    ) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(text) if text.trim().is_empty() => Patch::Null,
            Self::Value(text) => fields
                .check(field, parse(&text))
                .map_or(Patch::Absent, Patch::Value),
        }
    }
}

impl<T> Patch<T> {
    /// The value of a field that cannot be cleared. Null is noted as wrong.
    pub fn required(self, fields: &mut Fields, field: &str) -> Option<T> {
        match self {
            Self::Absent => None,
            Self::Null => {
                fields.reject(field, "This value may not be null.");
                None
            }
            Self::Value(value) => Some(value),
        }
    }

    /// The same with its value checked, if it has one. What is wrong with it is noted, and it counts as left out.
    #[must_use]
    pub fn check<U, E: Display>(
        self,
        fields: &mut Fields,
        field: &str,
        check: impl FnOnce(T) -> Result<U, E>,
    ) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => fields
                .check(field, check(value))
                .map_or(Patch::Absent, Patch::Value),
        }
    }

    /// Writes it over what there is, where nothing is a value of its own, such as an empty text.
    pub fn apply_or_clear(self, place: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Absent => {}
            Self::Null => *place = T::default(),
            Self::Value(value) => *place = value,
        }
    }

    /// Writes it over what there is, where there may be nothing.
    pub fn apply_to(self, place: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *place = None,
            Self::Value(value) => *place = Some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::deserialize(deserializer)?;
        Ok(value.map_or(Self::Null, Self::Value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        #[serde(default)]
        name: Patch<String>,
    }

    fn read(body: &str) -> Patch<String> {
        serde_json::from_str::<Body>(body).unwrap().name
    }

    #[test]
    fn left_out_null_and_value_are_three_things() {
        assert_eq!(read("{}"), Patch::Absent);
        assert_eq!(read("{\"name\": null}"), Patch::Null);
        assert_eq!(read("{\"name\": \"\"}"), Patch::Value(String::new()));
        assert!(serde_json::from_str::<Body>("{\"name\": 5}").is_err());

        let mut place = Some("Ann".to_owned());
        Patch::Absent.apply_to(&mut place);
        assert_eq!(place.as_deref(), Some("Ann"));
        Patch::Value("Eve".to_owned()).apply_to(&mut place);
        assert_eq!(place.as_deref(), Some("Eve"));
        Patch::Null.apply_to(&mut place);
        assert_eq!(place, None);

        let mut text = "Ann".to_owned();
        Patch::Absent.apply_or_clear(&mut text);
        Patch::Value("Eve".to_owned()).apply_or_clear(&mut text);
        assert_eq!(text, "Eve");
        Patch::Null.apply_or_clear(&mut text);
        assert_eq!(text, "");
    }

    #[test]
    fn an_empty_text_clears_as_null_does() {
        let mut fields = Fields::default();
        for text in ["", "  ", "\t\u{a0}"] {
            let patch = Patch::Value(text.to_owned());
            let patch = patch.parse(&mut fields, "name", |_| Err::<(), _>("No."));
            assert_eq!(patch, Patch::Null, "{text:?}");
        }
        assert!(fields.is_empty());
    }

    #[test]
    fn what_is_wrong_is_noted_and_changes_nothing() {
        let mut fields = Fields::default();

        let wrong =
            Patch::Value("x".to_owned()).parse(&mut fields, "name", |_| Err::<(), _>("No."));
        assert_eq!(wrong, Patch::Absent);
        assert_eq!(Patch::<()>::Null.required(&mut fields, "role"), None);

        let wrong = Patch::Value(5).check(&mut fields, "size", |_| Err::<(), _>("No."));
        assert_eq!(wrong, Patch::Absent);
        let right = Patch::Value(5).check(&mut fields, "width", Ok::<_, &str>);
        assert_eq!(right, Patch::Value(5));

        let error = fields.into_error();
        assert_eq!(error.details["size"], ["No."]);
        assert_eq!(error.details["name"], ["No."]);
        assert_eq!(error.details["role"], ["This value may not be null."]);
    }
}
