//! What is made of the streams of the area's tables.

use api::App;
use aws_lambda_events::event::dynamodb::Event;
use serde_json::{Value, json};

use crate::TestApp;

/// Lets a process record the movements that these records of the stream are.
///
/// # Errors
/// The function failed, and the stream gives the records again.
pub async fn record_movements_in(process: App, records: &[Value]) -> Result<(), String> {
    let event: Event =
        serde_json::from_value(json!({ "Records": records })).expect("an event as AWS sends it");
    let recorded = stock::record_movements::record_movements(process, event).await;
    recorded.map_err(|error| error.to_string())
}

impl TestApp {
    /// Lets the movements of all stocks be recorded that have changed since.
    pub async fn record_movements(&self) {
        let records = self.stock_changes().await;
        self.record_movements_of(&records).await;
    }

    /// The stream's records of what has become of the stocks since this was asked before.
    pub async fn stock_changes(&self) -> Vec<Value> {
        self.moved.read(self).await
    }

    /// Lets the movements be recorded that these records of the stream are.
    ///
    /// # Panics
    /// Panics if they cannot be.
    pub async fn record_movements_of(&self, records: &[Value]) {
        let recorded = self.try_to_record_movements_of(records).await;
        recorded.expect("the emulator's tables can be written");
    }

    /// The same, which may fail: the reason why.
    ///
    /// # Errors
    /// The function failed, and the stream gives the records again.
    pub async fn try_to_record_movements_of(&self, records: &[Value]) -> Result<(), String> {
        record_movements_in(self.app().clone(), records).await
    }

    /// Runs the digest of what there is little of, as an operator has it run.
    ///
    /// # Panics
    /// Panics if it fails.
    pub async fn report_low_stock(&self) {
        let app = self.app().clone();
        let reported =
            stock::report_low_stock::report_low_stock(app, json!({"manual": true})).await;
        reported.expect("the emulator's tables can be written");
    }
}
