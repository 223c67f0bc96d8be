//! Conditions: what must hold of an item for a write to happen.
//!
//! DynamoDB compares and writes in one step, so a condition is what keeps a race condition out: of any number of parallel
//! writes exactly those happen whose condition still holds. A condition is made of tests of single attributes, joined by
//! [`Condition::and`] and [`Condition::or`]; it sets its parentheses itself.
//!
//! ```
//! use store::condition::{Condition, absent, at_most, equals, one_of};
//!
//! fn can_be_claimed(now: i64) -> Condition {
//!     let lease_is_over = equals("state", "STARTED").and(at_most("lease_until", now));
//!     one_of("state", ["PENDING", "RETRY"]).or(lease_is_over)
//! }
//!
//! fn is_open() -> Condition {
//!     absent("disabled").and(absent("deletion_due_at"))
//! }
//! ```
//!
//! A comparison with an attribute that is not there is false, whatever it compares: an item without `lease_until` has no lease
//! that is over. Where that must count, say so: `absent("lease_until").or(at_most("lease_until", now))`. The same goes for an
//! item that is not there at all, which [`absent`] is true of. So a condition made of `absent` alone would make a new item where
//! there was none; `exists("pk")` says that it must be there. [`differs`] is the exception: it is true of what is not there.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::placeholders::Placeholders;
use crate::value::IntoValue;

/// A condition on one item. See the [module](self).
#[must_use]
pub struct Condition(Node);

/// A condition, as a tree.
enum Node {
    /// Two operands with an operator between them.
    Comparison(&'static str, &'static str, AttributeValue),
    /// A function of an attribute, and of a value where it takes one.
    Function(&'static str, &'static str, Option<AttributeValue>),
    /// An attribute has one of these values.
    OneOf(&'static str, Vec<AttributeValue>),
    /// Several conditions; never directly inside one with the same word.
    Joined(Word, Vec<Node>),
}

/// The word between several conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    And,
    Or,
}

/// The attribute has this value.
pub fn equals(attribute: &'static str, value: impl IntoValue) -> Condition {
    comparison(attribute, " = ", value)
}

/// The attribute has another value, or is not there.
pub fn differs(attribute: &'static str, value: impl IntoValue) -> Condition {
    comparison(attribute, " <> ", value)
}

/// The attribute is less than this value.
pub fn less(attribute: &'static str, value: impl IntoValue) -> Condition {
    comparison(attribute, " < ", value)
}

/// The attribute is this value or less.
pub fn at_most(attribute: &'static str, value: impl IntoValue) -> Condition {
    comparison(attribute, " <= ", value)
}

/// The attribute is greater than this value.
pub fn greater(attribute: &'static str, value: impl IntoValue) -> Condition {
    comparison(attribute, " > ", value)
}

/// The attribute is this value or greater.
pub fn at_least(attribute: &'static str, value: impl IntoValue) -> Condition {
    comparison(attribute, " >= ", value)
}

/// The attribute is there. `exists("pk")` is true of every item that is there.
pub fn exists(attribute: &'static str) -> Condition {
    Condition(Node::Function("attribute_exists", attribute, None))
}

/// The attribute is not there. `absent("pk")` is true where there is no item.
pub fn absent(attribute: &'static str) -> Condition {
    Condition(Node::Function("attribute_not_exists", attribute, None))
}

/// The attribute is a set that has this member, or a text that has this part.
pub fn contains(attribute: &'static str, value: impl IntoValue) -> Condition {
    let value = Some(value.into_value());
    Condition(Node::Function("contains", attribute, value))
}

/// The attribute has one of these values. Without any it does not compile.
pub fn one_of<const N: usize>(attribute: &'static str, values: [impl IntoValue; N]) -> Condition {
    const { assert!(N > 0, "DynamoDB refuses a list without values") };
    let values = values.map(IntoValue::into_value);
    Condition(Node::OneOf(attribute, values.into()))
}

/// The same for values that are in no array. There must be some.
pub(crate) fn any_of(attribute: &'static str, values: Vec<AttributeValue>) -> Condition {
    Condition(Node::OneOf(attribute, values))
}

/// The attribute is as it was read: it has this value, or is not there where it was not.
pub fn unchanged(attribute: &'static str, read: Option<impl IntoValue>) -> Condition {
    match read {
        Some(value) => equals(attribute, value),
        None => absent(attribute),
    }
}

fn comparison(attribute: &'static str, operator: &'static str, value: impl IntoValue) -> Condition {
    let value = value.into_value();
    Condition(Node::Comparison(attribute, operator, value))
}

impl Condition {
    /// Requires that both conditions hold.
    pub fn and(self, other: Self) -> Self {
        self.join(Word::And, other)
    }

    /// Requires that one of the two conditions holds.
    pub fn or(self, other: Self) -> Self {
        self.join(Word::Or, other)
    }

    /// Writes the condition as DynamoDB reads it.
    pub(crate) fn into_expression(self, placeholders: &mut Placeholders) -> String {
        let mut expression = String::new();
        self.0.write(placeholders, &mut expression);
        expression
    }

    fn join(self, word: Word, other: Self) -> Self {
        let mut parts = self.0.parts(word);
        parts.append(&mut other.0.parts(word));
        Self(Node::Joined(word, parts))
    }
}

impl Node {
    /// What it has of parts between which this word stands; itself, where that is another word or none.
    fn parts(self, word: Word) -> Vec<Self> {
        match self {
            Self::Joined(own, parts) if own == word => parts,
            node => vec![node],
        }
    }

    fn write(self, placeholders: &mut Placeholders, expression: &mut String) {
        match self {
            Self::Comparison(attribute, operator, value) => {
                placeholders.write_path(attribute, expression);
                expression.push_str(operator);
                placeholders.write_value(value, expression);
            }
            Self::Function(function, attribute, value) => {
                expression.push_str(function);
                expression.push('(');
                placeholders.write_path(attribute, expression);
                if let Some(value) = value {
                    expression.push_str(", ");
                    placeholders.write_value(value, expression);
                }
                expression.push(')');
            }
            Self::OneOf(attribute, values) => {
                placeholders.write_path(attribute, expression);
                let mut before = " IN (";
                for value in values {
                    expression.push_str(before);
                    placeholders.write_value(value, expression);
                    before = ", ";
                }
                expression.push(')');
            }
            Self::Joined(word, parts) => {
                let mut before = "";
                for part in parts {
                    expression.push_str(before);
                    part.write_as_part(placeholders, expression);
                    before = match word {
                        Word::And => " AND ",
                        Word::Or => " OR ",
                    };
                }
            }
        }
    }

    /// Parentheses stand where the words change and nowhere else: DynamoDB refuses redundant ones.
    fn write_as_part(self, placeholders: &mut Placeholders, expression: &mut String) {
        let is_joined = matches!(self, Self::Joined(..));
        if is_joined {
            expression.push('(');
        }
        self.write(placeholders, expression);
        if is_joined {
            expression.push(')');
        }
    }
}

#[cfg(test)]
mod tests;
