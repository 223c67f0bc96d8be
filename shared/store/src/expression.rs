//! Reads of single items, and items as records.

use std::collections::HashMap;
use std::fmt::Display;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Store;
use crate::error::StoreError;
use crate::keys::Key;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// A text.
pub(crate) fn s(value: impl Display) -> AttributeValue {
    AttributeValue::S(format!("{value}"))
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
