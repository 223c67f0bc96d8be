use aws_sdk_dynamodb::types::AttributeValue;

use crate::Key;
use crate::condition::Condition;
use crate::item::Item;
use crate::placeholders::{Names, Placeholders};
use crate::value::IntoValue;

/// What an update is made of, its clauses as they are written.
pub(super) struct Parts<'a> {
    table: &'a str,
    key: Key,
    /// The clauses so far, each without its first word.
    set: String,
    remove: String,
    delete: String,
    condition: Option<Condition>,
    placeholders: Placeholders,
}

/// An update as the SDK takes it.
pub(super) struct Request<'a> {
    pub(super) table: &'a str,
    pub(super) key: Item,
    pub(super) update: String,
    pub(super) condition: Option<String>,
    pub(super) names: Option<Names>,
    pub(super) values: Option<Item>,
}

/// The place to which the right side of an assignment is written.
pub(super) struct Operand<'p> {
    expression: &'p mut String,
    placeholders: &'p mut Placeholders,
}

impl<'a> Parts<'a> {
    pub(super) fn new(table: &'a str, key: Key) -> Self {
        Self {
            table,
            key,
            set: String::new(),
            remove: String::new(),
            delete: String::new(),
            condition: None,
            placeholders: Placeholders::default(),
        }
    }

    /// Assigns to an attribute what is written by `operand`.
    pub(super) fn set(&mut self, attribute: &'static str, operand: impl FnOnce(&mut Operand<'_>)) {
        separate(&mut self.set);
        self.placeholders.write_path(attribute, &mut self.set);
        self.set.push_str(" = ");
        operand(&mut Operand {
            expression: &mut self.set,
            placeholders: &mut self.placeholders,
        });
    }

    /// Removes an attribute from the item.
    pub(super) fn remove(&mut self, attribute: &'static str) {
        separate(&mut self.remove);
        self.placeholders.write_path(attribute, &mut self.remove);
    }

    /// Deletes the members of one set from another, which the attribute is.
    pub(super) fn delete(&mut self, attribute: &'static str, members: AttributeValue) {
        separate(&mut self.delete);
        self.placeholders.write_path(attribute, &mut self.delete);
        self.delete.push(' ');
        self.placeholders.write_value(members, &mut self.delete);
    }

    /// Adds a condition to those that must hold.
    pub(super) fn when(&mut self, condition: Condition) {
        self.condition = Some(match self.condition.take() {
            Some(before) => before.and(condition),
            None => condition,
        });
    }

    pub(super) fn into_request(mut self) -> Request<'a> {
        let mut update = String::new();
        for (word, clause) in [
            ("SET ", self.set),
            ("REMOVE ", self.remove),
            ("DELETE ", self.delete),
        ] {
            if clause.is_empty() {
                continue;
            }
            if !update.is_empty() {
                update.push(' ');
            }
            update.push_str(word);
            update.push_str(&clause);
        }
        let condition = self.condition;
        let condition = condition.map(|it| it.into_expression(&mut self.placeholders));
        let (names, values) = self.placeholders.into_maps();
        Request {
            table: self.table,
            key: self.key.into_item(),
            update,
            condition,
            names,
            values,
        }
    }
}

impl Operand<'_> {
    pub(super) fn text(&mut self, text: &str) {
        self.expression.push_str(text);
    }

    pub(super) fn path(&mut self, attribute: &'static str) {
        self.placeholders.write_path(attribute, self.expression);
    }

    pub(super) fn value(&mut self, value: impl IntoValue) {
        let value = value.into_value();
        self.placeholders.write_value(value, self.expression);
    }
}

/// Ends what a clause has so far, for the next of it.
fn separate(clause: &mut String) {
    if !clause.is_empty() {
        clause.push_str(", ");
    }
}
