//! The stack's tables, queues and secrets as they are, and changes that no endpoint makes.

use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::stack::Stack;

impl Stack {
    /// All items of a table, in `DynamoDB`'s JSON. `output` names the table's output.
    pub async fn scan(&self, output: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut request = json!({"TableName": self.output(output), "ConsistentRead": true});
        loop {
            let mut page = self.dynamodb("Scan", &request).await;
            if let Value::Array(found) = page["Items"].take() {
                items.extend(found);
            }
            match page["LastEvaluatedKey"].take() {
                Value::Null => return items,
                key => request["ExclusiveStartKey"] = key,
            }
        }
    }

    /// An item of the identity table; null if there is none.
    pub async fn identity_item(&self, pk: &str, sk: &str) -> Value {
        let request = json!({
            "TableName": self.output("IdentityTable"),
            "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
            "ConsistentRead": true,
        });
        self.dynamodb("GetItem", &request).await["Item"].take()
    }

    /// Sets an attribute of an item of the identity table, as no endpoint does yet.
    pub async fn edit_identity(&self, pk: &str, sk: &str, attribute: &str, value: Value) {
        let request = json!({
            "TableName": self.output("IdentityTable"),
            "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
            "ConditionExpression": "attribute_exists(pk)",
            "UpdateExpression": "SET #attribute = :value",
            "ExpressionAttributeNames": {"#attribute": attribute},
            "ExpressionAttributeValues": {":value": value},
        });
        self.dynamodb("UpdateItem", &request).await;
    }

    /// Sets an attribute of an account.
    pub async fn edit_account(&self, id: &str, attribute: &str, value: Value) {
        self.edit_identity(&format!("USER#{id}"), "USER", attribute, value)
            .await;
    }

    /// Takes an item out of the identity table.
    pub async fn remove_identity(&self, pk: &str, sk: &str) {
        let request = json!({
            "TableName": self.output("IdentityTable"),
            "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
        });
        self.dynamodb("DeleteItem", &request).await;
    }

    /// The tasks of a kind whose input contains a text, such as an account's id.
    pub async fn tasks_about(&self, kind: &str, text: &str) -> Vec<Value> {
        let mut tasks = self.scan("TasksTable").await;
        tasks.retain(|task| task["kind"]["S"] == kind && task["input"].to_string().contains(text));
        tasks
    }

    /// The audit entries of an action whose actor is an account.
    pub async fn audit_of(&self, action: &str, actor: &str) -> Vec<Value> {
        let mut entries = self.scan("AuditTable").await;
        entries.retain(|entry| entry["action"]["S"] == action && entry["actor"]["S"] == actor);
        entries
    }

    /// The audit entries of an action on an object.
    pub async fn audit_about(&self, action: &str, object: &str) -> Vec<Value> {
        let mut entries = self.scan("AuditTable").await;
        entries.retain(|entry| entry["action"]["S"] == action && entry["object"]["S"] == object);
        entries
    }

    /// Forgets how often somebody has called: a client by its address, or an e-mail address.
    pub async fn forget_limits_of(&self, subject: &str) {
        let digest = Sha256::digest(subject.as_bytes());
        let short = u128::from_be_bytes(digest[..16].try_into().expect("16 bytes"));
        for item in self.scan("LimitsTable").await {
            let pk = item["pk"]["S"].as_str().unwrap_or_default();
            if pk.ends_with(&format!("#{short:032x}")) {
                let key = json!({"pk": item["pk"], "sk": item["sk"]});
                let request = json!({"TableName": self.output("LimitsTable"), "Key": key});
                self.dynamodb("DeleteItem", &request).await;
            }
        }
    }

    /// Calls `DynamoDB`.
    pub async fn dynamodb(&self, operation: &str, request: &Value) -> Value {
        let target = format!("DynamoDB_20120810.{operation}");
        self.aws.json("dynamodb", &target, request).await
    }

    /// Puts a message into a queue and gives its id. `output` names the queue's output.
    pub async fn send_message(&self, output: &str, body: &str) -> String {
        let request = json!({"QueueUrl": self.output(output), "MessageBody": body});
        let sent = self.aws.json("sqs", "AmazonSQS.SendMessage", &request);
        sent.await["MessageId"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// What is in a queue, hidden messages too, without touching it.
    pub async fn messages_in(&self, output: &str) -> Vec<Value> {
        let queues = self.all_messages().await;
        let name = self.output(output).rsplit('/').next().unwrap_or_default();
        let found = queues.into_iter().find(|(queue, _)| queue == name);
        found.map(|(_, messages)| messages).unwrap_or_default()
    }

    /// What is in every queue of the account: the queue's name and its messages.
    pub async fn all_messages(&self) -> Vec<(String, Vec<Value>)> {
        let url = format!(
            "{}/_ministack/sqs/messages?account=000000000000",
            self.endpoint()
        );
        let answer = self.http.get_json(&url).await;
        let queues = answer["messages"]["000000000000"][self.region()].as_object();
        let read = |(url, messages): (&String, &Value)| {
            let name = url.rsplit('/').next().unwrap_or_default().to_owned();
            (name, messages.as_array().cloned().unwrap_or_default())
        };
        queues.into_iter().flatten().map(read).collect()
    }

    /// A secret's text. `output` names the secret's output.
    pub async fn secret(&self, output: &str) -> String {
        let request = json!({"SecretId": self.output(output)});
        let target = "secretsmanager.GetSecretValue";
        let secret = self.aws.json("secretsmanager", target, &request).await;
        secret["SecretString"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Replaces a secret's text.
    pub async fn replace_secret(&self, output: &str, text: &str) {
        let request = json!({"SecretId": self.output(output), "SecretString": text});
        let target = "secretsmanager.PutSecretValue";
        self.aws.json("secretsmanager", target, &request).await;
    }
}

/// This moment, in milliseconds since 1970, as the tables have it.
pub fn now_millis() -> u128 {
    let elapsed = UNIX_EPOCH.elapsed();
    elapsed
        .expect("the machine's clock is past 1970")
        .as_millis()
}
