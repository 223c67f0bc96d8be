//! Reads of several items by their keys.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::KeysAndAttributes;

use crate::Store;
use crate::error::StoreError;
use crate::expression::Item;
use crate::keys::Key;

/// Keys of one call, at most: DynamoDB's own limit.
const MAX_KEYS: usize = 100;

/// Rounds until what DynamoDB leaves aside is an error. With the pauses below some 0.6 s.
const MAX_ROUNDS: u32 = 5;

/// The items with these keys, as far as they are there, in any order; strongly consistent. No key may be there twice.
pub(crate) async fn get_all(
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
        if rounds == MAX_ROUNDS {
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
