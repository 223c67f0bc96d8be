//! Reads of single items, and items as records.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::query::text;
use crate::{Key, Store, Table};

/// An item: its attributes by their names.
pub type Item = HashMap<String, AttributeValue>;

/// A record with its key.
pub fn to_item(key: Key, record: &impl Serialize) -> Item {
    let mut item: Item =
        serde_dynamo::to_item(record).expect("records are structs of plain values");
    item.extend(key.into_item());
    item
}

/// An item as its record.
pub fn from_item<T: DeserializeOwned>(item: Item, attempt: &'static str) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|source| StoreError::Unreadable { attempt, source })
}

/// Reads one item, strongly consistent.
pub async fn get(
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

/// Reads a few items of a table in one strongly consistent round trip: each where its key stands, `None` if it is not there.
pub async fn get_each<const N: usize>(
    store: &Store,
    table: Table,
    keys: [Key; N],
    attempt: &'static str,
) -> Result<[Option<Item>; N], StoreError> {
    let found = get_some(store, table, keys.to_vec(), attempt).await?;
    let mut found = found.into_iter();
    Ok(std::array::from_fn(|_| found.next().flatten()))
}

/// The same for as many as there happen to be. No key may be there twice.
pub async fn get_some(
    store: &Store,
    table: Table,
    keys: Vec<Key>,
    attempt: &'static str,
) -> Result<Vec<Option<Item>>, StoreError> {
    let table = store.table(table);
    let wanted = keys.iter().map(|key| key.clone().into_item());
    let wanted = KeysAndAttributes::builder()
        .set_keys(Some(wanted.collect()))
        .consistent_read(true)
        .build()
        .expect("keys are set");
    let request = store.client.batch_get_item().request_items(table, wanted);
    let output = request
        .send()
        .await
        .map_err(|error| StoreError::from_sdk(attempt, error))?;

    let mut items = output
        .responses
        .unwrap_or_default()
        .remove(table)
        .unwrap_or_default();
    let found: Vec<_> = keys
        .iter()
        .map(|key| {
            let is_at = |item: &Item| text(item, "pk") == key.pk && text(item, "sk") == key.sk;
            let position = items.iter().position(is_at)?;
            Some(items.swap_remove(position))
        })
        .collect();
    let throttled = output.unprocessed_keys.is_some_and(|keys| !keys.is_empty());
    if throttled && found.iter().any(Option::is_none) {
        return Err(StoreError::Unavailable {
            attempt,
            source: "DynamoDB left keys unprocessed".into(),
        });
    }
    Ok(found)
}

/// Reads one record, strongly consistent.
pub async fn lookup<T: DeserializeOwned>(
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
