//! Writes of an item as a whole, and checks of one, as parts of a transaction.
//!
//! Each is the write of one item for `TransactWriteItems`, which makes all of its writes or none. What changes single attributes is
//! an [`Update`](crate::update::Update).
//!
//! ```
//! use serde::Serialize;
//! use store::condition::{absent, at_most, equals};
//! use store::writes::{check, put_if, remove};
//! use store::{Key, Write};
//!
//! #[derive(Serialize)]
//! struct Owner {
//!     user_id: String,
//! }
//!
//! /// Gives a name to somebody: if nobody has it, or it is reserved no longer, and as long as the list of names is open.
//! fn take(table: &str, [name, wish, list]: [Key; 3], owner: &Owner, now: i64) -> [Write; 3] {
//!     let is_free = absent("pk").or(at_most("reserved_until", now));
//!     [
//!         put_if(table, name, owner, is_free),
//!         remove(table, wish),
//!         check(table, list, equals("state", "OPEN")),
//!     ]
//! }
//! ```

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem};
use serde::Serialize;

use crate::Key;
use crate::condition::{Condition, absent, exists};
use crate::item::to_item;
use crate::placeholders::Placeholders;

/// Puts an item that must not be there yet.
pub fn add(table: &str, key: Key, record: &impl Serialize) -> TransactWriteItem {
    put_if(table, key, record, absent("pk"))
}

/// Puts an item in place of what is there, or where there is none.
pub fn replace(table: &str, key: Key, record: &impl Serialize) -> TransactWriteItem {
    put(table, key, record, None)
}

/// Puts an item in place of one that must be there.
pub fn replace_existing(table: &str, key: Key, record: &impl Serialize) -> TransactWriteItem {
    put_if(table, key, record, exists("pk"))
}

/// Puts an item if a condition on what is there holds.
pub fn put_if(
    table: &str,
    key: Key,
    record: &impl Serialize,
    condition: Condition,
) -> TransactWriteItem {
    put(table, key, record, Some(condition))
}

/// Deletes an item, whether or not it is there.
pub fn remove(table: &str, key: Key) -> TransactWriteItem {
    delete(table, key, None)
}

/// Deletes an item that must be there.
pub fn remove_existing(table: &str, key: Key) -> TransactWriteItem {
    remove_if(table, key, exists("pk"))
}

/// Deletes an item if a condition on what is there holds.
pub fn remove_if(table: &str, key: Key, condition: Condition) -> TransactWriteItem {
    delete(table, key, Some(condition))
}

/// Writes nothing to an item, and lets the transaction fail where a condition on it does not hold.
pub fn check(table: &str, key: Key, condition: Condition) -> TransactWriteItem {
    let mut placeholders = Placeholders::default();
    let condition = condition.into_expression(&mut placeholders);
    let (names, values) = placeholders.into_maps();
    let check = ConditionCheck::builder()
        .table_name(table)
        .set_key(Some(key.into_item()))
        .condition_expression(condition)
        .set_expression_attribute_names(names)
        .set_expression_attribute_values(values)
        .build()
        .expect("table, key and condition are set");
    TransactWriteItem::builder().condition_check(check).build()
}

fn put(
    table: &str,
    key: Key,
    record: &impl Serialize,
    condition: Option<Condition>,
) -> TransactWriteItem {
    let mut placeholders = Placeholders::default();
    let condition = condition.map(|it| it.into_expression(&mut placeholders));
    let (names, values) = placeholders.into_maps();
    let put = Put::builder()
        .table_name(table)
        .set_item(Some(to_item(key, record)))
        .set_condition_expression(condition)
        .set_expression_attribute_names(names)
        .set_expression_attribute_values(values)
        .build()
        .expect("table and item are set");
    TransactWriteItem::builder().put(put).build()
}

fn delete(table: &str, key: Key, condition: Option<Condition>) -> TransactWriteItem {
    let mut placeholders = Placeholders::default();
    let condition = condition.map(|it| it.into_expression(&mut placeholders));
    let (names, values) = placeholders.into_maps();
    let delete = Delete::builder()
        .table_name(table)
        .set_key(Some(key.into_item()))
        .set_condition_expression(condition)
        .set_expression_attribute_names(names)
        .set_expression_attribute_values(values)
        .build()
        .expect("table and key are set");
    TransactWriteItem::builder().delete(delete).build()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::*;
    use crate::condition::equals;

    #[derive(Serialize)]
    struct Record {
        name: &'static str,
    }

    const RECORD: Record = Record { name: "Ann" };

    fn key() -> Key {
        let (pk, sk) = ("A".to_owned(), "B".to_owned());
        Key { pk, sk }
    }

    #[test]
    fn an_item_is_put_with_its_key_on_its_condition() {
        for (write, condition) in [
            (
                add("table", key(), &RECORD),
                Some("attribute_not_exists(#pk)"),
            ),
            (replace("table", key(), &RECORD), None),
            (
                replace_existing("table", key(), &RECORD),
                Some("attribute_exists(#pk)"),
            ),
            (
                put_if("table", key(), &RECORD, equals("name", "Bob")),
                Some("#name = :v0"),
            ),
        ] {
            let put = write.put().unwrap();
            assert_eq!(put.table_name(), "table");
            assert_eq!(put.condition_expression(), condition);
            assert_eq!(
                put.expression_attribute_names().is_some(),
                condition.is_some()
            );
            let text = |name: &str| put.item()[name].as_s().unwrap().as_str();
            assert_eq!(["pk", "sk", "name"].map(text), ["A", "B", "Ann"]);
        }
    }

    #[test]
    fn an_item_is_deleted_on_its_condition() {
        for (write, condition) in [
            (remove("table", key()), None),
            (
                remove_existing("table", key()),
                Some("attribute_exists(#pk)"),
            ),
            (
                remove_if("table", key(), equals("name", "Bob")),
                Some("#name = :v0"),
            ),
        ] {
            let delete = write.delete().unwrap();
            assert_eq!(delete.table_name(), "table");
            assert_eq!(delete.condition_expression(), condition);
            assert_eq!(delete.key(), &key().into_item());
        }
    }

    #[test]
    fn a_check_has_a_condition_alone() {
        let write = check("table", key(), equals("name", "Bob"));

        let check = write.condition_check().unwrap();
        assert_eq!(check.condition_expression(), "#name = :v0");
        assert_eq!(check.expression_attribute_names().unwrap()["#name"], "name");
        let bob = AttributeValue::S("Bob".to_owned());
        assert_eq!(check.expression_attribute_values().unwrap()[":v0"], bob);
    }
}
