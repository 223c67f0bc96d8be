//! The index of people, kept as the stream of the accounts keeps it in production.

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
        self.indexed.read(self).await
    }

    /// Whether the newest write of an account says that lists show something else of it, so that the stream wakes the index.
    pub async fn is_to_be_listed_anew(&self, person: &Person) -> bool {
        self.stored(person).await["listed"] == "anew"
    }
}
