//! The index of people, kept as the stream of the accounts keeps it in production.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use aws_lambda_events::event::dynamodb::Event;
use serde_json::{Value, json};

use crate::{Person, TestApp};

/// The most records that the stream's mapping hands over at once.
const BATCH: usize = 100;

impl TestApp {
    /// Lets the index hear of every account that was made, changed or deleted since.
    pub async fn index(&self) {
        let records = self.account_changes().await;
        for batch in records.chunks(BATCH) {
            self.index_records(batch).await;
        }
    }

    /// Lets the index hear of these records of the stream.
    pub async fn index_records(&self, records: &[Value]) {
        let event: Event = serde_json::from_value(json!({ "Records": records }))
            .expect("an event as AWS sends it");
        admin::index_people::index_people(self.app().clone(), event)
            .await
            .expect("the emulator's tables can be written");
    }

    /// The stream's records of what has become of the accounts since this was asked before.
    pub async fn account_changes(&self) -> Vec<Value> {
        let items = self.scan(&self.table("identity")).await;
        let now: BTreeMap<String, Value> = items
            .into_iter()
            .filter(|item| item["sk"]["S"] == "USER")
            .map(|item| (text(&item["pk"]["S"]), item))
            .collect();
        let mut indexed = self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *indexed, now.clone());
        drop(indexed);

        let mut keys: Vec<&String> = before.keys().chain(now.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter()
            .filter(|key| before.get(*key) != now.get(*key))
            .map(|key| self.record(key, before.get(key), now.get(key)))
            .collect()
    }

    /// Whether the newest write of an account says that lists show something else of it, so that the stream wakes the index.
    pub async fn is_to_be_listed_anew(&self, person: &Person) -> bool {
        self.stored(person).await["listed"] == "anew"
    }

    fn record(&self, key: &str, old: Option<&Value>, new: Option<&Value>) -> Value {
        let name = match (old, new) {
            (None, _) => "INSERT",
            (_, Some(_)) => "MODIFY",
            (_, None) => "REMOVE",
        };
        let mut change = json!({
            "Keys": {"pk": {"S": key}, "sk": {"S": "USER"}},
            "SequenceNumber": "000000000000000000001",
            "SizeBytes": 600,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        });
        for (image, item) in [("OldImage", old), ("NewImage", new)] {
            if let Some(item) = item {
                change[image] = item.clone();
            }
        }
        json!({
            "eventID": key,
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.emulator().region,
            "eventSourceARN": "arn:aws:dynamodb:::table/identity/stream/1",
            "dynamodb": change,
        })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
