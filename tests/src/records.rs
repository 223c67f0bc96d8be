//! The stack's tables, queues and secrets as they are, in the services' own JSON, and changes that no endpoint makes.

use roxmltree::Document;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::poll::eventually;
use crate::stack::Stack;

impl Stack {
    /// All items of a table. `output` names the table's output.
    pub async fn scan(&self, output: &str) -> Vec<Value> {
        self.aws.scan(self.output(output)).await
    }

    /// An item of the identity table; null if there is none.
    pub async fn identity_item(&self, pk: &str, sk: &str) -> Value {
        self.aws.item(self.output("IdentityTable"), pk, sk).await
    }

    /// Sets an attribute of an item of the identity table, as no endpoint does.
    pub async fn edit_identity(&self, pk: &str, sk: &str, attribute: &str, value: Value) {
        let table = self.output("IdentityTable");
        self.aws.edit(table, pk, sk, attribute, &value).await;
    }

    /// Sets an attribute of an account.
    pub async fn edit_account(&self, id: &str, attribute: &str, value: Value) {
        self.edit_identity(&format!("USER#{id}"), "USER", attribute, value)
            .await;
    }

    /// Grants an account a role, as an operator does.
    pub async fn grant(&self, id: &str, role: &str) {
        self.edit_account(id, "role", json!({ "S": role })).await;
        let pk = format!("GRANT#{id}");
        let grant = json!({"pk": {"S": pk}, "sk": {"S": "GRANT"}, "role": {"S": role}});
        self.aws.put(self.output("IdentityTable"), &grant).await;
    }

    /// Lets a session have begun an hour before it did, as if nobody had given a proof since. It goes on.
    pub async fn age_session(&self, user_id: &str, session_id: &str) {
        let (pk, sk) = (format!("USER#{user_id}"), format!("SESSION#{session_id}"));
        let item = self.identity_item(&pk, &sk).await;
        let begun = &item["created_at"];
        let millis = begun["N"].as_str().and_then(|millis| millis.parse().ok());
        let millis: i64 = millis.expect("a session says when it began");
        let earlier = json!({ "N": (millis - 3_600_000).to_string() });
        // It may be older than its account, which takes sessions from its own beginning on.
        self.edit_identity(&pk, &sk, "kept_at", begun.clone()).await;
        self.edit_identity(&pk, &sk, "created_at", earlier).await;
    }

    /// Sets an attribute of a task, as no endpoint does.
    pub async fn edit_task(&self, id: &str, attribute: &str, value: Value) {
        let (table, pk) = (self.output("TasksTable"), format!("TASK#{id}"));
        self.aws.edit(table, &pk, "TASK", attribute, &value).await;
    }

    /// The schedule that sends the message of a task when it is due, if there is one.
    pub async fn task_schedule(&self, id: &str) -> Option<Value> {
        self.aws.schedule(&self.schedule_name(id)).await
    }

    /// Lets the moment of a task's schedule have come.
    pub async fn bring_schedule_forward(&self, id: &str, schedule: &Value) {
        let past = "at(2026-01-01T00:00:00)";
        let name = self.schedule_name(id);
        self.aws.reschedule(&name, schedule, past).await;
    }

    fn schedule_name(&self, id: &str) -> String {
        format!("{}-{}", self.output("StackName"), id.replace('-', ""))
    }

    /// Takes an item out of the identity table.
    pub async fn remove_identity(&self, pk: &str, sk: &str) {
        let table = self.output("IdentityTable");
        self.aws.remove(table, pk, sk).await;
    }

    /// The keys of the files whose keys begin so.
    pub async fn files(&self, prefix: &str) -> Vec<String> {
        let listed = self.aws.objects(self.output("FilesBucket"), prefix).await;
        let listed = Document::parse(&listed).expect("S3 lists in XML");
        let keys = listed.descendants().filter(|node| node.has_tag_name("Key"));
        keys.filter_map(|key| key.text().map(str::to_owned))
            .collect()
    }

    /// The tasks of a kind whose input contains a text, such as an account's id.
    pub async fn tasks_about(&self, kind: &str, text: &str) -> Vec<Value> {
        let mut tasks = self.scan("TasksTable").await;
        tasks.retain(|task| task["kind"]["S"] == kind && task["input"].to_string().contains(text));
        tasks
    }

    /// What came of the task that a request asked for, once it is done: its input is forgotten then.
    pub async fn result_of(&self, request_id: &str) -> String {
        eventually("what came of a task", async || {
            let entries = self.scan("AuditTable").await;
            let asked = |entry: &&Value| entry["request_id"]["S"] == request_id;
            let object = entries.iter().find(asked)?["object"]["S"]
                .as_str()?
                .to_owned();
            let key = format!("TASK#{}", object.strip_prefix("task/")?);
            let tasks = self.scan("TasksTable").await;
            let task = tasks.iter().find(|task| task["pk"]["S"] == key.as_str())?;
            task["result"]["S"].as_str().map(str::to_owned)
        })
        .await
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
        let table = self.output("LimitsTable");
        for item in self.aws.scan(table).await {
            let [pk, sk] = ["pk", "sk"].map(|key| item[key]["S"].as_str().unwrap_or_default());
            if pk.contains(&format!("#{short:032x}")) {
                self.aws.remove(table, pk, sk).await;
            }
        }
    }

    /// Puts a message into a queue and gives its id. `output` names the queue's output.
    pub async fn send_message(&self, output: &str, body: &str) -> String {
        self.aws.send_message(self.output(output), body).await
    }

    /// What is in a queue, hidden messages too, without touching it.
    pub async fn messages_in(&self, output: &str) -> Vec<Value> {
        let messages = self.all_messages().await;
        let name = self.output(output).rsplit('/').next().unwrap_or_default();
        let of_queue = messages.into_iter().filter(|(queue, _)| queue == name);
        of_queue.map(|(_, message)| message).collect()
    }

    /// What is in the queues of the account: each message, with its queue's name.
    pub async fn all_messages(&self) -> Vec<(String, Value)> {
        self.emulator.messages().await
    }

    /// A secret's text. `output` names the secret's output.
    pub async fn secret(&self, output: &str) -> String {
        self.aws.secret(self.output(output)).await
    }

    /// Replaces a secret's text.
    pub async fn replace_secret(&self, output: &str, text: &str) {
        let request = json!({"SecretId": self.output(output), "SecretString": text});
        let target = "secretsmanager.PutSecretValue";
        self.aws.json("secretsmanager", target, &request).await;
    }
}
