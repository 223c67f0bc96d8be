//! The tables as they are.

use kernel::id::TaskId;
use serde_json::Value;
use store::{TaskRow, Tasks};

use crate::TestApp;
use crate::emulator::Emulator;

impl TestApp {
    /// All items of a table, in DynamoDB's JSON.
    pub async fn scan(&self, table: &str) -> Vec<Value> {
        self.aws().scan(table).await
    }

    /// The audit log: every entry as plain JSON, oldest first.
    pub async fn audit(&self) -> Vec<Value> {
        let items = self.scan(&self.table("audit")).await;
        let mut entries: Vec<Value> = items.iter().map(plain).collect();
        entries.sort_by_key(|entry| entry["at"].as_str().unwrap_or_default().to_owned());
        entries
    }

    /// The audit entries of one action.
    pub async fn audit_of(&self, action: &str) -> Vec<Value> {
        let mut entries = self.audit().await;
        entries.retain(|entry| entry["action"] == action);
        entries
    }

    /// How far a task is.
    pub async fn task(&self, id: TaskId) -> TaskRow {
        let found = Tasks(self.app.store()).lookup(id).await;
        found
            .expect("the emulator's tables can be read")
            .expect("there is such a task")
    }

    /// The tasks as plain JSON, oldest first.
    pub async fn tasks(&self) -> Vec<Value> {
        let items = self.scan(&self.table("tasks")).await;
        let mut tasks: Vec<Value> = items.iter().map(plain).collect();
        // What tasks gave stands beside them.
        tasks.retain(|item| item["sk"] == "TASK");
        tasks.sort_by_key(|task| task["created_at"].as_str().unwrap_or_default().to_owned());
        tasks
    }
}

/// The tasks that are not finished and the messages that are still somewhere.
pub(crate) async fn left_undone(emulator: &Emulator, table: &str) -> Vec<String> {
    let tasks = emulator.aws.scan(table).await;
    let unfinished = ["PENDING", "STARTED", "RETRY"];
    let mut left: Vec<String> = tasks
        .iter()
        .map(plain)
        .filter(|task| unfinished.contains(&task["state"].as_str().unwrap_or_default()))
        .map(|task| format!("{} is {}", task["kind"], task["state"]))
        .collect();
    let messages = emulator.messages().await;
    left.extend(
        messages
            .iter()
            .map(|(queue, message)| format!("{queue}: {}", message["Body"])),
    );
    left
}

/// An item without the names of its types. Numbers stay texts.
pub fn plain(item: &Value) -> Value {
    let fields = item.as_object().into_iter().flatten();
    Value::Object(
        fields
            .map(|(name, value)| (name.clone(), plain_value(value)))
            .collect(),
    )
}

fn plain_value(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|map| map.iter().next()) else {
        return Value::Null;
    };
    match kind.as_str() {
        "M" => plain(inner),
        "L" => inner
            .as_array()
            .into_iter()
            .flatten()
            .map(plain_value)
            .collect(),
        "NULL" => Value::Null,
        _ => inner.clone(),
    }
}
