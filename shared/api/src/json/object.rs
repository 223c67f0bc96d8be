use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::fields::Fields;
use crate::json::tree::Tree;
use crate::json::{is_json, parse_tree, read, read_tree};

/// A JSON body whose fields say which type it is of. What is wrong with it is said as [`Json`](crate::Json) says it.
#[derive(Debug, Clone)]
pub struct JsonObject(Vec<(String, Tree)>);

impl JsonObject {
    /// Reads a text that is one, such as a line of a file.
    ///
    /// # Errors
    /// 400, where it is none.
    pub fn of_text(text: &[u8]) -> Result<Self, ApiError> {
        match parse_tree(text)? {
            Tree::Object(members) => Ok(Self(members)),
            _ => unreachable!("what is parsed is an object"),
        }
    }

    /// The names of its fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The text of a field, where it has one.
    pub fn text(&self, field: &str) -> Option<&str> {
        let member = self.0.iter().find(|(name, _)| name == field);
        match member {
            Some((_, Tree::String(text))) => Some(text),
            _ => None,
        }
    }

    /// The same with what it does not name itself as another has it.
    #[must_use]
    pub fn over(mut self, below: Self) -> Self {
        let named = |name: &str| self.0.iter().any(|(own, _)| own == name);
        let rest: Vec<_> = below
            .0
            .into_iter()
            .filter(|(name, _)| !named(name))
            .collect();
        self.0.extend(rest);
        self
    }

    /// Takes a field out and reads it. `None` if it is not there, or null.
    ///
    /// # Errors
    /// 400, where it cannot be read.
    pub fn take<T: DeserializeOwned>(&mut self, field: &str) -> Result<Option<T>, ApiError> {
        let position = self.0.iter().position(|(name, _)| name == field);
        let Some(position) = position else {
            return Ok(None);
        };
        let member = self.0.remove(position);
        let name = member.0.clone();
        let value = Tree::Object(vec![("value".to_owned(), member.1)]);
        let wrapped: Result<Wrapped<T>, ApiError> = read_tree(value);
        wrapped.map(|wrapped| wrapped.value).map_err(|error| {
            let mut fields = Fields::default();
            for (place, reasons) in &error.details {
                let place = place.replacen("value", &name, 1);
                for reason in reasons {
                    fields.reject(&place, reason);
                }
            }
            fields.into_error()
        })
    }

    /// Reads what is left as a type.
    ///
    /// # Errors
    /// 400, where it cannot be read.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        read_tree(Tree::Object(self.0))
    }
}

impl From<Map<String, Value>> for JsonObject {
    fn from(fields: Map<String, Value>) -> Self {
        let fields = fields.into_iter();
        Self(
            fields
                .map(|(name, value)| (name, Tree::of(value)))
                .collect(),
        )
    }
}

#[derive(serde::Deserialize)]
struct Wrapped<T> {
    value: Option<T>,
}

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if !is_json(request.headers()) {
            return Err(ApiError::unsupported_media_type());
        }
        match parse_tree(&read(request, state).await?)? {
            Tree::Object(members) => Ok(Self(members)),
            _ => unreachable!("a body is an object"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rest {
        size: u32,
    }

    fn object(text: &str) -> JsonObject {
        match parse_tree(text.as_bytes()).unwrap() {
            Tree::Object(members) => JsonObject(members),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_field_is_taken_and_the_rest_is_read() {
        let mut body = object(r#"{"type": "box", "size": 3, "note": null}"#);

        assert_eq!(body.take::<String>("type").unwrap().as_deref(), Some("box"));
        assert_eq!(body.take::<String>("type").unwrap(), None);
        assert_eq!(body.take::<String>("note").unwrap(), None);
        assert_eq!(body.read::<Rest>().unwrap(), Rest { size: 3 });
    }

    #[test]
    fn a_field_that_cannot_be_read_is_named() {
        let mut body = object(r#"{"type": 5, "colour": "red", "size": 1}"#);

        let error = body.take::<String>("type").unwrap_err();
        assert_eq!(
            error.details["type"],
            ["This must be a string, not a number."]
        );
        let error = body.read::<Rest>().unwrap_err();
        assert_eq!(error.details["colour"], ["This field is not known."]);
    }
}
