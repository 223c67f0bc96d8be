//! The tables as they are, and changes that no endpoint makes yet.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::{SessionId, TaskId, UserId};
use serde_json::{Map, Value, json};
use store::TaskRow;

use crate::TestApp;
use crate::emulator::Emulator;
use crate::people::Person;

impl TestApp {
    /// All items of a table, in DynamoDB's JSON.
    pub async fn scan(&self, table: &str) -> Vec<Value> {
        scan(self.admin.dynamodb(), table).await
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
        let found = self
            .admin
            .dynamodb()
            .get_item()
            .table_name(&self.settings().tables.identity)
            .set_key(Some(key(pk, sk)))
            .consistent_read(true)
            .send()
            .await
            .expect("the emulator's tables can be read");
        found
            .item
            .map_or(Value::Null, |item| plain(&to_json(&item)))
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

    /// Disables an account, as an administrator will.
    pub async fn disable(&self, person: &Person) {
        self.edit_user(person.id, "disabled", AttributeValue::Bool(true))
            .await;
    }

    /// Gives an account another role.
    pub async fn change_role(&self, person: &Person, role: &str) {
        self.edit_user(person.id, "role", AttributeValue::S(role.to_owned()))
            .await;
    }

    /// Gives an account the hash of another password, of another system, or none.
    pub async fn change_password_hash(&self, person: &Person, hash: &str) {
        self.edit_user(person.id, "password", AttributeValue::S(hash.to_owned()))
            .await;
    }

    /// Gives an account an attribute that no endpoint of the test's area does.
    pub async fn mark(&self, person: &Person, attribute: &str, at: jiff::Timestamp) {
        let at = AttributeValue::N(at.as_millisecond().to_string());
        self.edit_user(person.id, attribute, at).await;
    }

    /// Ends all sessions of an account, as a change of its password will.
    pub async fn end_sessions(&self, person: &Person) {
        let now = self.now().as_millisecond().to_string();
        self.edit_user(person.id, "sessions_valid_from", AttributeValue::N(now))
            .await;
    }

    /// Deletes an account.
    pub async fn delete_account(&self, person: &Person) {
        for (pk, sk) in [
            (format!("USER#{}", person.id), "USER"),
            (format!("EMAIL#{}", person.email), "OWNER"),
        ] {
            self.admin
                .dynamodb()
                .delete_item()
                .table_name(&self.settings().tables.identity)
                .set_key(Some(key(&pk, sk)))
                .send()
                .await
                .expect("the emulator's tables can be written");
        }
    }

    /// Ends one session, as a log-out will.
    pub async fn revoke_session(&self, person: &Person, session: SessionId) {
        let now = self.now().as_millisecond().to_string();
        let sk = format!("SESSION#{session}");
        self.edit(
            &format!("USER#{}", person.id),
            &sk,
            "revoked_at",
            AttributeValue::N(now),
        )
        .await;
    }

    async fn edit_user(&self, id: UserId, attribute: &str, value: AttributeValue) {
        self.edit(&format!("USER#{id}"), "USER", attribute, value)
            .await;
    }

    async fn edit(&self, pk: &str, sk: &str, attribute: &str, value: AttributeValue) {
        self.admin
            .dynamodb()
            .update_item()
            .table_name(&self.settings().tables.identity)
            .set_key(Some(key(pk, sk)))
            .condition_expression("attribute_exists(pk)")
            .update_expression("SET #attribute = :value")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":value", value)
            .send()
            .await
            .expect("there is such an item");
    }
}

/// The tasks that are not finished and the messages that are still somewhere.
pub(crate) async fn left_undone(emulator: &Emulator, table: &str) -> Vec<String> {
    let clients = emulator.clients();
    let tasks = scan(clients.dynamodb(), table).await;
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

async fn scan(client: &aws_sdk_dynamodb::Client, table: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut start = None;
    loop {
        let page = client
            .scan()
            .table_name(table)
            .consistent_read(true)
            .set_exclusive_start_key(start)
            .send()
            .await
            .expect("the emulator's tables can be read");
        items.extend(page.items.unwrap_or_default().iter().map(to_json));
        start = page.last_evaluated_key;
        if start.is_none() {
            return items;
        }
    }
}

fn key(pk: &str, sk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(pk.to_owned())),
        ("sk".to_owned(), AttributeValue::S(sk.to_owned())),
    ])
}

fn to_json(item: &HashMap<String, AttributeValue>) -> Value {
    let fields = item
        .iter()
        .map(|(name, value)| (name.clone(), value_to_json(value)));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn value_to_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        AttributeValue::M(map) => json!({ "M": to_json(map) }),
        AttributeValue::L(list) => {
            json!({ "L": list.iter().map(value_to_json).collect::<Vec<_>>() })
        }
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        other => panic!("the product writes no {other:?}"),
    }
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
