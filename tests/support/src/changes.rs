//! The stream of a table, made of what has become of its items since it was asked before.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::TestApp;

/// A reader of the stream of a table: what it has read already.
#[derive(Debug)]
pub struct StreamReader {
    table: &'static str,
    /// The sort keys that the mapping's filter lets through begin so.
    sk: &'static str,
    known: Mutex<BTreeMap<(String, String), Value>>,
}

impl StreamReader {
    /// A reader that has read nothing yet, of the items whose sort keys begin so.
    pub fn new(table: &'static str, sk: &'static str) -> Self {
        Self {
            table,
            sk,
            known: Mutex::default(),
        }
    }

    /// The records of what has changed since this was asked before. Several changes of an item are one.
    pub async fn read(&self, app: &TestApp) -> Vec<Value> {
        let text = |value: &Value| value["S"].as_str().unwrap_or_default().to_owned();
        let items = app.scan(&app.table(self.table)).await.into_iter();
        let now: BTreeMap<_, _> = items
            .map(|item| ((text(&item["pk"]), text(&item["sk"])), item))
            .filter(|((_, sk), _)| sk.starts_with(self.sk))
            .collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *known, now.clone());
        drop(known);

        let mut keys: Vec<_> = before.keys().chain(now.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter()
            .filter(|key| before.get(*key) != now.get(*key))
            .map(|key| self.record(app, key, before.get(key), now.get(key)))
            .collect()
    }

    fn record(
        &self,
        app: &TestApp,
        (pk, sk): &(String, String),
        old: Option<&Value>,
        new: Option<&Value>,
    ) -> Value {
        let name = match (old, new) {
            (None, _) => "INSERT",
            (_, Some(_)) => "MODIFY",
            (_, None) => "REMOVE",
        };
        let mut change = json!({
            "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
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
            "eventID": format!("{pk}/{sk}"),
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": app.emulator().region,
            "eventSourceARN": format!("arn:aws:dynamodb:::table/{}/stream/1", self.table),
            "dynamodb": change,
        })
    }
}
