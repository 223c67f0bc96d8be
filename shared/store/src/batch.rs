//! Reads and writes of several items, each by its key and none with a condition.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::{DeleteRequest, KeysAndAttributes, PutRequest, WriteRequest};
use rand::RngExt as _;

use crate::error::StoreError;
use crate::item::Item;
use crate::{Key, Store};

/// Keys of one call, at most: DynamoDB's own limit.
const MAX_KEYS: usize = 100;

/// Rounds until what DynamoDB leaves aside is an error. With the pauses below some 0.6 s.
const MAX_READS: u32 = 5;

/// Writes of one call, at most: DynamoDB's own limit.
const MAX_WRITES: usize = 25;

/// The number of attempts of a call that DynamoDB takes only in part, and the pause before the first repetition. It takes part
/// when a partition is at its limit; with these pauses that may last some seconds. Then whoever asked asks again: a stream
/// or a queue.
const MAX_ATTEMPTS: u32 = 7;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The items with these keys, as far as they are there, in any order; strongly consistent. No key may be there twice.
pub async fn get_all(
    store: &Store,
    table: &str,
    keys: Vec<Key>,
    attempt: &'static str,
) -> Result<Vec<Item>, StoreError> {
    let mut keys: Vec<_> = keys.into_iter().map(Key::into_item).collect();
    let (mut found, mut rounds) = (Vec::new(), 0);
    while !keys.is_empty() {
        let now = keys.split_off(keys.len().saturating_sub(MAX_KEYS));
        let asked = now.len();
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(now))
            .consistent_read(true)
            .build()
            .expect("keys are set");
        let output = store
            .client
            .batch_get_item()
            .set_request_items(Some(HashMap::from([(table.to_owned(), wanted)])))
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(attempt, error))?;
        let items = output.responses.and_then(|mut items| items.remove(table));
        found.extend(items.unwrap_or_default());

        let left = output
            .unprocessed_keys
            .and_then(|mut keys| keys.remove(table));
        let left = left.map(|left| left.keys).unwrap_or_default();
        if left.is_empty() {
            continue;
        }
        if left.len() == asked {
            rounds += 1;
        }
        if rounds == MAX_READS {
            return Err(StoreError::Unavailable {
                attempt,
                source: "DynamoDB left keys unprocessed".into(),
            });
        }
        keys.extend(left);
        tokio::time::sleep(Duration::from_millis(20 << rounds)).await;
    }
    Ok(found)
}

/// Writes all of these, however many calls it takes. Where it ends early, some are written. No key may be there twice.
pub async fn write_all(
    store: &Store,
    table: &str,
    writes: &[WriteRequest],
    attempt: &'static str,
) -> Result<(), StoreError> {
    for batch in writes.chunks(MAX_WRITES) {
        write_batch(store, table, batch.to_vec(), attempt).await?;
    }
    Ok(())
}

async fn write_batch(
    store: &Store,
    table: &str,
    mut left: Vec<WriteRequest>,
    attempt: &'static str,
) -> Result<(), StoreError> {
    for tries in 0..MAX_ATTEMPTS {
        if tries > 0 {
            let ceiling = FIRST_PAUSE * 2_u32.pow(tries);
            let part = store.random.clone().random_range(0.5..1.0);
            tokio::time::sleep(ceiling.mul_f64(part)).await;
        }
        let output = store
            .client
            .batch_write_item()
            .request_items(table, left)
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(attempt, error))?;
        left = output
            .unprocessed_items
            .unwrap_or_default()
            .into_values()
            .flatten()
            .collect();
        if left.is_empty() {
            return Ok(());
        }
    }
    Err(StoreError::Unavailable {
        attempt,
        source: "DynamoDB left writes unprocessed".into(),
    })
}

/// The write that puts an item with its key, whether or not anything is there.
pub fn put(item: Item) -> WriteRequest {
    let request = PutRequest::builder().set_item(Some(item)).build();
    WriteRequest::builder()
        .put_request(request.expect("an item is set"))
        .build()
}

/// The write that deletes what is at a key, whether or not anything is.
pub fn delete(key: Item) -> WriteRequest {
    let request = DeleteRequest::builder().set_key(Some(key)).build();
    WriteRequest::builder()
        .delete_request(request.expect("a key is set"))
        .build()
}
