//! Values of attributes, in the types that DynamoDB keeps them in.
//!
//! A moment has no single stored form: a rule compares milliseconds, and DynamoDB's own deletion reads `ttl` in seconds. So
//! [`Timestamp`] itself is no value, and each use says which it means by [`millis`] or [`seconds`]. An id is stored as its text:
//! `id.to_string()`. Whatever else a record has, a map or a list, [`nested`] makes of its type.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;

/// A text, for expressions that are written by hand.
pub fn string(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// What can be the value of an attribute, in an update or in a condition.
pub trait IntoValue {
    /// Gives the value as DynamoDB takes it.
    fn into_value(self) -> AttributeValue;
}

impl IntoValue for AttributeValue {
    fn into_value(self) -> AttributeValue {
        self
    }
}

impl IntoValue for bool {
    fn into_value(self) -> AttributeValue {
        AttributeValue::Bool(self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> AttributeValue {
        AttributeValue::S(self)
    }
}

impl IntoValue for &String {
    fn into_value(self) -> AttributeValue {
        AttributeValue::S(self.clone())
    }
}

impl IntoValue for &str {
    fn into_value(self) -> AttributeValue {
        AttributeValue::S(self.to_owned())
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl IntoValue for $number {
            fn into_value(self) -> AttributeValue {
                AttributeValue::N(self.to_string())
            }
        }
    )+};
}

numbers!(i32, i64, u32, u64, usize);

/// Gives a moment in milliseconds since 1970, in which every rule compares times.
pub fn millis(moment: Timestamp) -> AttributeValue {
    moment.as_millisecond().into_value()
}

/// Gives a moment in seconds since 1970, in which DynamoDB reads the attribute `ttl`.
pub fn seconds(moment: Timestamp) -> AttributeValue {
    moment.as_second().into_value()
}

/// Gives a map or a list as it is in a record of which it is part.
pub fn nested(part: &impl Serialize) -> AttributeValue {
    serde_dynamo::to_attribute_value(part).expect("parts of records are plain values")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_value_has_its_type() {
        let number = |text: &str| AttributeValue::N(text.to_owned());
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let moment: Timestamp = "2026-01-02T03:04:05.678Z".parse().unwrap();

        assert_eq!(true.into_value(), AttributeValue::Bool(true));
        assert_eq!((-7).into_value(), number("-7"));
        assert_eq!(u64::MAX.into_value(), number("18446744073709551615"));
        assert_eq!("a".into_value(), text("a"));
        assert_eq!((&"a".to_owned()).into_value(), text("a"));
        assert_eq!(millis(moment), number("1767323045678"));
        assert_eq!(seconds(moment), number("1767323045"));
        assert_eq!(nested(&[1]), AttributeValue::L(vec![number("1")]));
    }
}
