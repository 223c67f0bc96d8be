//! Reads, and single conditional writes.
//!
//! In an expression every attribute is written `#name`, never `name`: DynamoDB reserves 573 words, and only the real one
//! enforces it.

use std::collections::HashMap;
use std::fmt::Display;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Store;
use crate::error::StoreError;
use crate::keys::Key;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// A number.
pub(crate) fn n(value: impl Display) -> AttributeValue {
    AttributeValue::N(format!("{value}"))
}

/// A text.
pub(crate) fn s(value: impl Display) -> AttributeValue {
    AttributeValue::S(format!("{value}"))
}

/// True or false.
pub(crate) fn bool(value: bool) -> AttributeValue {
    AttributeValue::Bool(value)
}

/// One item and the condition under which it changes.
pub(crate) struct Change<'a> {
    pub(crate) table: &'a str,
    pub(crate) key: Key,
    /// An update expression; empty where the item is only checked.
    pub(crate) update: &'a str,
    /// A condition expression; empty, in a transaction, where it changes whatever is there.
    pub(crate) condition: &'a str,
    pub(crate) values: Vec<(&'a str, AttributeValue)>,
}

/// What became of a [`Change`].
pub(crate) enum Changed {
    /// It was made; the item as it is now.
    Now(Item),
    /// The condition did not hold; the item as it is, if there is one.
    Not(Option<Item>),
}

impl Change<'_> {
    /// Makes the change on its own.
    pub(crate) async fn apply(
        self,
        store: &Store,
        attempt: &'static str,
    ) -> Result<Changed, StoreError> {
        let result = store
            .client
            .update_item()
            .table_name(self.table)
            .set_expression_attribute_names(names(&[self.update, self.condition]))
            .set_expression_attribute_values(values(self.values))
            .set_key(Some(self.key.into_item()))
            .update_expression(self.update)
            .condition_expression(self.condition)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(output) => Ok(Changed::Now(output.attributes.unwrap_or_default())),
            Err(SdkError::ServiceError(context))
                if context.err().is_conditional_check_failed_exception() =>
            {
                let error = context.into_err();
                let item = match error {
                    aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(failed) => failed.item,
                    _ => None,
                };
                Ok(Changed::Not(item.filter(|item| !item.is_empty())))
            }
            Err(error) => Err(StoreError::from_sdk(attempt, error)),
        }
    }

    /// The change as part of a transaction.
    pub(crate) fn in_transaction(self) -> TransactWriteItem {
        let names = names(&[self.update, self.condition]);
        let values = values(self.values);
        let key = Some(self.key.into_item());
        let item = TransactWriteItem::builder();
        if self.update.is_empty() {
            let check = ConditionCheck::builder()
                .table_name(self.table)
                .set_key(key)
                .condition_expression(self.condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .build()
                .expect("table, key and condition are set");
            return item.condition_check(check).build();
        }
        let update = Update::builder()
            .table_name(self.table)
            .set_key(key)
            .update_expression(self.update)
            .set_condition_expression(
                (!self.condition.is_empty()).then(|| self.condition.to_owned()),
            )
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .build()
            .expect("table, key and update are set");
        item.update(update).build()
    }
}

/// Puts an item that must not be there yet, as part of a transaction.
pub(crate) fn add(table: &str, key: Key, record: &impl Serialize) -> TransactWriteItem {
    let put = put(table, key, record).condition_expression("attribute_not_exists(pk)");
    TransactWriteItem::builder()
        .put(put.build().expect("table and item are set"))
        .build()
}

/// Puts an item in place of what is there, as part of a transaction.
pub(crate) fn replace(table: &str, key: Key, record: &impl Serialize) -> TransactWriteItem {
    TransactWriteItem::builder()
        .put(
            put(table, key, record)
                .build()
                .expect("table and item are set"),
        )
        .build()
}

/// Puts an item in place of one that must be there, as part of a transaction.
pub(crate) fn replace_existing(
    table: &str,
    key: Key,
    record: &impl Serialize,
) -> TransactWriteItem {
    let put = put(table, key, record).condition_expression("attribute_exists(pk)");
    TransactWriteItem::builder()
        .put(put.build().expect("table and item are set"))
        .build()
}

/// Puts an item if a condition on what is there holds, as part of a transaction.
pub(crate) fn put_if(
    table: &str,
    key: Key,
    record: &impl Serialize,
    condition: &str,
    more: Vec<(&str, AttributeValue)>,
) -> TransactWriteItem {
    let put = put(table, key, record)
        .condition_expression(condition)
        .set_expression_attribute_names(names(&[condition]))
        .set_expression_attribute_values(values(more));
    TransactWriteItem::builder()
        .put(put.build().expect("table and item are set"))
        .build()
}

/// Deletes an item, whether or not it is there, as part of a transaction.
pub(crate) fn remove(table: &str, key: Key) -> TransactWriteItem {
    deletion(table, key, None)
}

/// Deletes an item that must be there, as part of a transaction.
pub(crate) fn remove_existing(table: &str, key: Key) -> TransactWriteItem {
    deletion(table, key, Some("attribute_exists(pk)".to_owned()))
}

/// Deletes an item if a condition on what is there holds, as part of a transaction.
pub(crate) fn remove_if(
    table: &str,
    key: Key,
    condition: &str,
    more: Vec<(&str, AttributeValue)>,
) -> TransactWriteItem {
    let delete = Delete::builder()
        .table_name(table)
        .set_key(Some(key.into_item()))
        .condition_expression(condition)
        .set_expression_attribute_names(names(&[condition]))
        .set_expression_attribute_values(values(more))
        .build()
        .expect("table and key are set");
    TransactWriteItem::builder().delete(delete).build()
}

fn deletion(table: &str, key: Key, condition: Option<String>) -> TransactWriteItem {
    let delete = Delete::builder()
        .table_name(table)
        .set_key(Some(key.into_item()))
        .set_condition_expression(condition)
        .build()
        .expect("table and key are set");
    TransactWriteItem::builder().delete(delete).build()
}

fn put(
    table: &str,
    key: Key,
    record: &impl Serialize,
) -> aws_sdk_dynamodb::types::builders::PutBuilder {
    Put::builder()
        .table_name(table)
        .set_item(Some(to_item(key, record)))
}

/// A record with its key.
pub(crate) fn to_item(key: Key, record: &impl Serialize) -> Item {
    let mut item: Item =
        serde_dynamo::to_item(record).expect("records are structs of plain values");
    item.extend(key.into_item());
    item
}

/// An item as its record.
pub(crate) fn from_item<T: DeserializeOwned>(
    item: Item,
    attempt: &'static str,
) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|source| StoreError::Unreadable { attempt, source })
}

/// Reads one item, strongly consistent.
pub(crate) async fn get(
    store: &Store,
    table: &str,
    key: Key,
    attempt: &'static str,
) -> Result<Option<Item>, StoreError> {
    let output = store
        .client
        .get_item()
        .table_name(table)
        .set_key(Some(key.into_item()))
        .consistent_read(true)
        .send()
        .await
        .map_err(|error| StoreError::from_sdk(attempt, error))?;
    Ok(output.item)
}

/// Reads one record, strongly consistent.
pub(crate) async fn lookup<T: DeserializeOwned>(
    store: &Store,
    table: &str,
    key: Key,
    attempt: &'static str,
) -> Result<Option<T>, StoreError> {
    get(store, table, key, attempt)
        .await?
        .map(|item| from_item(item, attempt))
        .transpose()
}

/// The attribute behind every `#name` of some expressions.
fn names(expressions: &[&str]) -> Option<HashMap<String, String>> {
    let mut names = HashMap::new();
    for rest in expressions
        .iter()
        .flat_map(|expression| expression.split('#').skip(1))
    {
        let end = rest
            .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .unwrap_or(rest.len());
        names.insert(format!("#{}", &rest[..end]), rest[..end].to_owned());
    }
    (!names.is_empty()).then_some(names)
}

fn values(values: Vec<(&str, AttributeValue)>) -> Option<HashMap<String, AttributeValue>> {
    (!values.is_empty()).then(|| {
        values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_gets_its_name() {
        let found = names(&[
            "SET #state = :new, #lease_until=:until",
            "attribute_exists(#pk) AND #state = :old",
        ])
        .unwrap();

        let mut found: Vec<_> = found
            .into_iter()
            .map(|(placeholder, name)| format!("{placeholder}={name}"))
            .collect();
        found.sort();
        assert_eq!(
            found,
            ["#lease_until=lease_until", "#pk=pk", "#state=state"]
        );
        assert_eq!(names(&[""]), None);
    }
}
