//! What else there is to say of a product: any JSON object, within bounds.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use thiserror::Error;

/// The most octets that they take as JSON, and the most levels that they have.
const MOST: usize = 8 * 1024;
const DEEPEST: usize = 3;

/// The sizes of numbers that are kept, well within those that DynamoDB holds.
const SMALLEST: f64 = 1e-100;
const LARGEST: f64 = 1e100;

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
    /// A number is larger or smaller than the table can keep.
    #[error("Enter 0, or numbers between 1e-100 and 1e100 in size.")]
    Number,
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
        match plain(given)? {
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

/// The value as the table gives it back: 1.0 and 1 are one number there, and are written as 1.
fn plain(value: Value) -> Result<Value, InvalidAttributes> {
    Ok(match value {
        Value::Number(number) => Value::Number(plain_number(number)?),
        Value::Array(entries) => {
            let entries = entries.into_iter().map(plain);
            Value::Array(entries.collect::<Result<_, _>>()?)
        }
        Value::Object(inner) => {
            let inner = inner
                .into_iter()
                .map(|(name, value)| Ok((name, plain(value)?)));
            Value::Object(inner.collect::<Result<_, _>>()?)
        }
        other => other,
    })
}

fn plain_number(number: Number) -> Result<Number, InvalidAttributes> {
    let Some(fraction) = number.as_f64().filter(|_| number.is_f64()) else {
        return Ok(number);
    };
    if fraction != 0.0 && !(SMALLEST..=LARGEST).contains(&fraction.abs()) {
        return Err(InvalidAttributes::Number);
    }
    // As a number is written to be stored, and read as what fits it.
    let text = fraction.to_string();
    let whole = text.parse::<u64>().map(Number::from);
    let whole = whole.or_else(|_| text.parse::<i64>().map(Number::from));
    Ok(whole.unwrap_or(number))
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
    fn abuse_053_a_number_is_as_the_table_gives_it_back_or_refused() {
        let given = json!({"a": 1.0, "b": [1e3, -2.0, 1.5], "c": {"d": 0.0}});
        let kept = check(given).unwrap();
        let expected = json!({"a": 1, "b": [1000, -2, 1.5], "c": {"d": 0}});
        assert_eq!(kept.to_string(), expected.to_string());
        for number in [1e300, -1e300, 1e-300] {
            assert_eq!(
                check(json!({"a": [number]})),
                Err(InvalidAttributes::Number)
            );
        }
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
