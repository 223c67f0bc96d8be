//! The placeholders of a request: what stands for attributes and values in its expressions.
//!
//! An attribute is always written `#name`, never `name`: DynamoDB reserves 573 words, and only the real one enforces it. A name
//! or a value that no expression uses is an error to DynamoDB, so each enters the maps as it is written.

use std::collections::HashMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::item::Item;

/// What each `#name` stands for.
pub(crate) type Names = HashMap<String, String>;

/// The placeholders of one request, whose expressions share them.
#[derive(Default)]
pub(crate) struct Placeholders {
    names: Vec<&'static str>,
    values: Vec<AttributeValue>,
}

impl Placeholders {
    /// Writes an attribute into an expression. Dots lead into a map: `profile.version`.
    pub(crate) fn write_path(&mut self, path: &'static str, expression: &mut String) {
        for (depth, name) in path.split('.').enumerate() {
            if depth > 0 {
                expression.push('.');
            }
            if !self.names.contains(&name) {
                self.names.push(name);
            }
            expression.push('#');
            expression.push_str(name);
        }
    }

    /// Writes a value into an expression. The same value is sent once.
    pub(crate) fn write_value(&mut self, value: AttributeValue, expression: &mut String) {
        let known = self.values.iter().position(|known| *known == value);
        let place = known.unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        write!(expression, ":v{place}").expect("a String takes all that is written");
    }

    /// Gives the names and the values that were written, each as the SDK takes it: nothing, where there are none.
    pub(crate) fn into_maps(self) -> (Option<Names>, Option<Item>) {
        let names = self.names.into_iter();
        let names: Names = names
            .map(|name| (format!("#{name}"), name.to_owned()))
            .collect();
        let values = self.values.into_iter().enumerate();
        let values: Item = values
            .map(|(place, value)| (format!(":v{place}"), value))
            .collect();
        (
            (!names.is_empty()).then_some(names),
            (!values.is_empty()).then_some(values),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::IntoValue as _;

    #[test]
    fn every_name_and_value_is_sent_once() {
        let mut placeholders = Placeholders::default();
        let mut expression = String::new();
        for path in ["state", "profile.version", "state"] {
            placeholders.write_path(path, &mut expression);
            expression.push(' ');
        }
        for value in [7, 8, 7] {
            placeholders.write_value(value.into_value(), &mut expression);
            expression.push(' ');
        }
        let (names, values) = placeholders.into_maps();

        assert_eq!(expression, "#state #profile.#version #state :v0 :v1 :v0 ");
        let mut names: Vec<_> = names.unwrap().into_iter().collect();
        names.sort();
        let pair = |name: &str| (format!("#{name}"), name.to_owned());
        assert_eq!(names, ["profile", "state", "version"].map(pair));
        let mut values: Vec<_> = values.unwrap().into_iter().collect();
        values.sort_by(|(one, _), (other, _)| one.cmp(other));
        let pair = |(name, value): (&str, i32)| (name.to_owned(), value.into_value());
        assert_eq!(values, [(":v0", 7), (":v1", 8)].map(pair));
    }

    #[test]
    fn what_is_not_used_is_not_sent() {
        assert_eq!(Placeholders::default().into_maps(), (None, None));
    }
}
