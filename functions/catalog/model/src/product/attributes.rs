//! What else there is to say of a product: any JSON object, within bounds.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

/// The most octets that they take as JSON, and the most levels that they have.
const MOST: usize = 8 * 1024;
const DEEPEST: usize = 3;

/// Attributes of a product, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(Map<String, Value>);

/// The reason why attributes are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidAttributes {
    /// They are too many, or too long.
    #[error("Enter 8 kB at most.")]
    TooLarge,
    /// A value is within too many others.
    #[error("Enter values within values on 3 levels at most.")]
    TooDeep,
    /// One has no name.
    #[error("Every attribute needs a name.")]
    Nameless,
}

impl Attributes {
    /// Checks what was given.
    ///
    /// # Errors
    /// The reason why it is not taken.
    pub fn check(given: Map<String, Value>) -> Result<Self, InvalidAttributes> {
        let given = Value::Object(given);
        if given.to_string().len() > MOST {
            return Err(InvalidAttributes::TooLarge);
        }
        if depth(&given) > DEEPEST {
            return Err(InvalidAttributes::TooDeep);
        }
        match given {
            Value::Object(given) if has_names(&given) => Ok(Self(given)),
            _ => Err(InvalidAttributes::Nameless),
        }
    }

    /// The object itself.
    pub fn object(&self) -> &Map<String, Value> {
        &self.0
    }

    /// What products are found by: the path to each text, number and truth value, with points between names, and the value as
    /// text. Of a list each entry has the list's path.
    pub fn facts(&self) -> BTreeSet<(String, String)> {
        let mut facts = BTreeSet::new();
        for (name, value) in &self.0 {
            gather(name, value, &mut facts);
        }
        facts
    }
}

impl fmt::Display for Attributes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(&self.0).map_err(|_| fmt::Error)?;
        formatter.write_str(&json)
    }
}

fn gather(path: &str, value: &Value, facts: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Bool(truth) => drop(facts.insert((path.to_owned(), truth.to_string()))),
        Value::Number(number) => drop(facts.insert((path.to_owned(), number.to_string()))),
        Value::String(text) => drop(facts.insert((path.to_owned(), text.clone()))),
        Value::Array(entries) => entries.iter().for_each(|entry| gather(path, entry, facts)),
        Value::Object(inner) => {
            for (name, value) in inner {
                gather(&format!("{path}.{name}"), value, facts);
            }
        }
    }
}

/// The levels of a value: 0 of one that has no others in it.
fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(entries) => entries.iter().map(depth).max(),
        Value::Object(inner) => inner.values().map(depth).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or(0)
}

fn has_names(object: &Map<String, Value>) -> bool {
    object.iter().all(|(name, value)| {
        let is_named = !name.trim().is_empty();
        is_named && value.as_object().is_none_or(has_names)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: Value) -> Result<Attributes, InvalidAttributes> {
        match value {
            Value::Object(object) => Attributes::check(object),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn attributes_are_any_object_within_bounds() {
        let _ = check(json!({"color": "red", "sizes": [36, 38], "spec": {"care": {"wash": 30}}}))
            .unwrap();
        assert_eq!(
            check(json!({"a": {"b": {"c": {"d": 1}}}})),
            Err(InvalidAttributes::TooDeep)
        );
        assert_eq!(
            check(json!({"a": [[[1]]]})),
            Err(InvalidAttributes::TooDeep)
        );
        assert_eq!(
            check(json!({"a": "x".repeat(8_190)})),
            Err(InvalidAttributes::TooLarge)
        );
        assert_eq!(
            check(json!({"a": {" ": 1}})),
            Err(InvalidAttributes::Nameless)
        );
        assert_eq!(check(json!({})).unwrap(), Attributes::default());
    }

    #[test]
    fn what_products_are_found_by_are_paths_and_values() {
        let attributes = check(json!({
            "color": ["red", "blue"], "washable": true, "spec": {"weight": 1.5, "note": null},
        }));
        let facts = attributes.unwrap().facts();
        let facts: Vec<_> = facts
            .iter()
            .map(|(path, value)| (&**path, &**value))
            .collect();
        let expected = [
            ("color", "blue"),
            ("color", "red"),
            ("spec.weight", "1.5"),
            ("washable", "true"),
        ];
        assert_eq!(facts, expected);
    }
}
