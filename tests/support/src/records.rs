//! The tables as they are, and changes that no endpoint makes.

use domain::id::{TaskId, UserId};
use jiff::Timestamp;
use serde_json::{Value, json};
use store::TaskRow;

use crate::TestApp;
use crate::emulator::Emulator;
use crate::people::Person;

impl TestApp {
    /// All items of a table, in DynamoDB's JSON.
    pub async fn scan(&self, table: &str) -> Vec<Value> {
        self.aws().scan(table).await
    }

    /// The audit log: every entry as plain JSON, oldest first.
    pub async fn audit(&self) -> Vec<Value> {
        let items = self.scan(&self.settings().tables.audit).await;
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

    /// The items of the identity table as plain JSON.
    pub async fn identity(&self) -> Vec<Value> {
        let items = self.scan(&self.settings().tables.identity).await;
        items.iter().map(plain).collect()
    }

    /// An item of the identity table as plain JSON; null if there is none.
    pub async fn identity_item(&self, pk: &str, sk: &str) -> Value {
        let table = &self.settings().tables.identity;
        match self.aws().item(table, pk, sk).await {
            Value::Null => Value::Null,
            item => plain(&item),
        }
    }

    /// An account as the identity table has it, as plain JSON; null if there is none.
    pub async fn stored(&self, person: &Person) -> Value {
        let pk = format!("USER#{}", person.id);
        self.identity_item(&pk, "USER").await
    }

    /// How far a task is.
    pub async fn task(&self, id: TaskId) -> TaskRow {
        let found = self.app.store().tasks().lookup(id).await;
        found
            .expect("the emulator's tables can be read")
            .expect("there is such a task")
    }

    /// The tasks as plain JSON, oldest first.
    pub async fn tasks(&self) -> Vec<Value> {
        let items = self.scan(&self.settings().tables.tasks).await;
        let mut tasks: Vec<Value> = items.iter().map(plain).collect();
        tasks.sort_by_key(|task| task["created_at"].as_str().unwrap_or_default().to_owned());
        tasks
    }

    /// Sets the mark of a locked account alone: the sessions go on, which an administrator's lock ends.
    pub async fn disable(&self, person: &Person) {
        self.edit_user(person.id, "disabled", json!({"BOOL": true}))
            .await;
    }

    /// Gives an account another role.
    pub async fn change_role(&self, person: &Person, role: &str) {
        self.edit_user(person.id, "role", json!({ "S": role }))
            .await;
    }

    /// Gives an account the hash of another password, of another system, or none.
    pub async fn change_password_hash(&self, person: &Person, hash: &str) {
        self.edit_user(person.id, "password", json!({ "S": hash }))
            .await;
    }

    /// Gives an account an attribute that no endpoint of the test's area does.
    pub async fn mark(&self, person: &Person, attribute: &str, at: Timestamp) {
        self.edit_user(person.id, attribute, millis(at)).await;
    }

    /// Takes an account away and leaves what stands beside it.
    pub async fn delete_account(&self, person: &Person) {
        let table = &self.settings().tables.identity;
        for (pk, sk) in [
            (format!("USER#{}", person.id), "USER"),
            (format!("EMAIL#{}", person.email), "OWNER"),
        ] {
            self.aws().remove(table, &pk, sk).await;
        }
    }

    async fn edit_user(&self, id: UserId, attribute: &str, value: Value) {
        self.edit(id, "USER", attribute, value).await;
    }

    async fn edit(&self, id: UserId, sk: &str, attribute: &str, value: Value) {
        let (table, pk) = (&self.settings().tables.identity, format!("USER#{id}"));
        self.aws().edit(table, &pk, sk, attribute, &value).await;
    }
}

/// A moment as the tables have it.
fn millis(at: Timestamp) -> Value {
    json!({"N": at.as_millisecond().to_string()})
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
fn plain(item: &Value) -> Value {
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
