//! The index of products, as the stream and the clock have it made.

use api::App;
use aws_lambda_events::event::dynamodb::Event;
use jiff::SignedDuration;
use search::Limits;
use serde_json::{Value, json};

use crate::{Answer, Call, LoggedIn, TestApp};

/// What the partitions begin with that the mapping's filter lets through.
const FILTER: [&str; 3] = ["PRODUCT#", "CATEGORIES", "INDEX"];

/// Lets a process index what these records of the stream are about, within bounds.
///
/// # Errors
/// The function failed, and the stream gives the records again.
pub async fn index_products_in(
    process: App,
    records: &[Value],
    limits: &Limits,
) -> Result<(), String> {
    let event: Event =
        serde_json::from_value(json!({ "Records": records })).expect("an event as AWS sends it");
    // On the heap: it is large, and every test would hold it.
    let indexed = Box::pin(search::index_products::index_within(
        &process, event, limits,
    ))
    .await;
    indexed.map_err(|error| error.to_string())
}

impl TestApp {
    /// Lets everything be indexed that has changed since, and puts the clock forward, so that everybody sees it.
    pub async fn index_products(&self) {
        self.index_products_within(&Limits::default()).await;
    }

    /// The same, for an index of these bounds.
    ///
    /// # Panics
    /// Panics if it cannot be.
    pub async fn index_products_within(&self, limits: &Limits) {
        let records = self.catalog_changes().await;
        for batch in records.chunks(100) {
            let indexed = index_products_in(self.app().clone(), batch, limits).await;
            indexed.expect("the emulator's tables and files can be read and written");
        }
        self.see_the_index();
    }

    /// Puts the clock forward, so that lists are answered from the index that is current.
    pub fn see_the_index(&self) {
        self.advance(search::LOOK_AGAIN + SignedDuration::from_millis(1));
    }

    /// The stream's records of what has changed in the catalogue since this was asked before, as far as the index depends on it.
    pub async fn catalog_changes(&self) -> Vec<Value> {
        let mut records = self.indexed.read(self).await;
        records.retain(|record| {
            let pk = record["dynamodb"]["Keys"]["pk"]["S"].as_str();
            let pk = pk.unwrap_or_default();
            FILTER.iter().any(|part| pk.starts_with(part))
        });
        records
    }

    /// Lets these records be indexed, which may fail: the reason why.
    ///
    /// # Errors
    /// The function failed, and the stream gives the records again.
    pub async fn try_to_index(&self, records: &[Value]) -> Result<(), String> {
        index_products_in(self.app().clone(), records, &Limits::default()).await
    }

    /// Has the index made anew, as an operator has it run.
    ///
    /// # Panics
    /// Panics if it fails.
    pub async fn rebuild_index(&self) {
        let rebuilt = self.try_to_rebuild_within(&Limits::default()).await;
        rebuilt.expect("the emulator's tables and files can be read and written");
        self.see_the_index();
    }

    /// The same within bounds, which may fail.
    ///
    /// # Errors
    /// The function failed.
    pub async fn try_to_rebuild_within(&self, limits: &Limits) -> Result<(), String> {
        let event = json!({"manual": true});
        let app = self.app();
        let rebuilt = Box::pin(search::rebuild_index::rebuild_within(app, &event, limits)).await;
        rebuilt.map_err(|error| error.to_string())
    }

    /// The list of products that a query asks for, as somebody sees it; a visitor, where nobody is named.
    pub async fn products(&self, caller: Option<&LoggedIn>, query: &str) -> Answer {
        let call = Call::get(&format!("/api/v1/products?{query}"));
        let call = match caller {
            Some(caller) => call.with_token(&caller.access),
            None => call,
        };
        self.call(call).await
    }

    /// The names of the products that a query finds, in their order.
    ///
    /// # Panics
    /// Panics if it is refused.
    pub async fn found(&self, caller: Option<&LoggedIn>, query: &str) -> Vec<String> {
        let listed = self.products(caller, query).await.expect(200).json;
        let rows = listed["results"].as_array().expect("a list has results");
        let name = |row: &Value| row["name"].as_str().expect("a name").to_owned();
        rows.iter().map(name).collect()
    }
}
