//! The queues, as Lambda and an operator handle them.

use aws_lambda_events::event::sqs::SqsEvent;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use serde_json::{Value, json};
use store::Tasks;

use crate::TestApp;
use crate::app::lock;
use crate::machine_time::machine_time;

/// A message that a worker wants back, with the handle it was received under.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    queue: String,
    handle: String,
}

/// A message in a queue.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The last part of the queue's name.
    pub queue: String,
    /// The message's text.
    pub body: String,
    /// How often it was received.
    pub receives: u64,
    /// How long from now it stays hidden, in seconds; nothing or less if it is there to be received.
    pub hidden_for: i64,
}

/// The schedule of a task, which sends its message when it is due.
#[derive(Debug)]
pub struct TaskSchedule {
    /// The moment, as EventBridge Scheduler reads it.
    pub expression: String,
    /// Whether it deletes itself when it has run.
    pub is_deleted_after: bool,
    /// The ARN of the queue that it sends to.
    pub queue: String,
    /// The message that it sends.
    pub message: String,
    /// Whether a message that it cannot send is kept.
    pub has_dead_letters: bool,
}

impl TestApp {
    /// The schedule of a task, if there is one.
    pub async fn schedule_of(&self, id: &str) -> Option<TaskSchedule> {
        let name = format!("{}-{}", self.variable("STACK_NAME"), id.replace('-', ""));
        let request = self.admin.scheduler().get_schedule().name(name);
        let found = request.send().await.ok()?;
        let target = found.target?;
        Some(TaskSchedule {
            expression: found.schedule_expression?,
            is_deleted_after: found.action_after_completion?.as_str() == "DELETE",
            queue: target.arn,
            message: target.input?,
            has_dead_letters: target.dead_letter_config.is_some(),
        })
    }

    /// Receives up to ten messages, waiting so many seconds for one.
    pub async fn receive(&self, queue: &str, wait_seconds: i32) -> Vec<Message> {
        let received = self
            .admin
            .sqs()
            .receive_message()
            .queue_url(self.queue_url(queue))
            .max_number_of_messages(10)
            .wait_time_seconds(wait_seconds)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await
            .expect("the emulator's queues can be read");
        received.messages.unwrap_or_default()
    }

    /// The event that Lambda makes of received messages.
    pub fn sqs_event(&self, queue: &str, messages: &[Message]) -> SqsEvent {
        let name = self.queue_name(queue);
        let record = |message: &Message| {
            let attributes: serde_json::Map<String, Value> = message
                .attributes
                .iter()
                .flatten()
                .map(|(name, value)| (name.as_str().to_owned(), json!(value)))
                .collect();
            json!({
                "messageId": message.message_id,
                "receiptHandle": message.receipt_handle,
                "body": message.body,
                "attributes": attributes,
                "messageAttributes": {},
                "md5OfBody": message.md5_of_body,
                "eventSource": "aws:sqs",
                "eventSourceARN": self.emulator.queue_arn(name),
                "awsRegion": self.emulator.region,
            })
        };
        let records: Vec<Value> = messages.iter().map(record).collect();
        serde_json::from_value(json!({ "Records": records })).expect("an event as AWS sends it")
    }

    /// Does what Lambda does with a worker's answer: deletes what did not fail.
    pub async fn settle(&self, queue: &str, messages: &[Message], failed: &[String]) {
        for message in messages {
            let handle = message.receipt_handle.clone().unwrap_or_default();
            let id = message.message_id.as_ref();
            if id.is_some_and(|id| failed.contains(id)) {
                let queue = queue.to_owned();
                lock(&self.kept).push(Kept { queue, handle });
                continue;
            }
            self.admin
                .sqs()
                .delete_message()
                .queue_url(self.queue_url(queue))
                .receipt_handle(handle)
                .send()
                .await
                .expect("a received message can be deleted");
        }
    }

    /// Makes the messages that workers want back visible, as time would.
    pub async fn bring_back(&self) {
        let kept = std::mem::take(&mut *lock(&self.kept));
        for Kept { queue, handle } in kept {
            // One that is visible already has gone on under another handle, which is no fault.
            let _ = self
                .admin
                .sqs()
                .change_message_visibility()
                .queue_url(self.queue_url(&queue))
                .receipt_handle(handle)
                .visibility_timeout(0)
                .send()
                .await;
        }
    }

    /// Puts a message into a queue.
    pub async fn send_message(&self, queue: &str, body: &str) {
        self.aws().send_message(self.queue_url(queue), body).await;
    }

    /// What is in the queues, dead-letter queues too.
    pub async fn waiting(&self) -> Vec<Waiting> {
        // The emulator's own time, not the test's: it hides messages by it.
        let now = machine_time().as_second();
        let messages = self.emulator.messages().await;
        let waiting = |(name, message): (String, Value)| Waiting {
            queue: without_prefix(&name),
            body: message["Body"].as_str().unwrap_or_default().to_owned(),
            receives: message["ReceiveCount"].as_u64().unwrap_or_default(),
            hidden_for: message["VisibleAt"].as_i64().unwrap_or_default() - now,
        };
        messages.into_iter().map(waiting).collect()
    }

    /// Moves the messages of a dead-letter queue back, as an operator does. Gives how many.
    pub async fn redrive(&self, queue: &str) -> usize {
        let dead_letters = format!("{queue}-dead-letters");
        let messages = self.receive(&dead_letters, 0).await;
        for message in &messages {
            let body = message.body.as_deref().unwrap_or_default();
            let named: Value = serde_json::from_str(body).unwrap_or_default();
            if let Some(Ok(id)) = named["task_id"].as_str().map(str::parse) {
                let redriven = Tasks(self.app.store()).redrive(id).await;
                redriven.expect("the emulator's tables can be written");
            }
            self.send_message(queue, body).await;
            self.admin
                .sqs()
                .delete_message()
                .queue_url(self.queue_url(&dead_letters))
                .receipt_handle(message.receipt_handle.as_deref().unwrap_or_default())
                .send()
                .await
                .expect("a received message can be deleted");
        }
        messages.len()
    }

    /// The names of all queues that the templates have, without the installation's.
    pub fn queue_names(&self) -> Vec<String> {
        self.queues.keys().cloned().collect()
    }

    fn queue_name(&self, queue: &str) -> &str {
        let url = self.queue_url(queue);
        url.rsplit('/').next().unwrap_or_default()
    }

    fn queue_url(&self, queue: &str) -> &str {
        let url = self.queues.get(queue);
        url.unwrap_or_else(|| panic!("no template has the queue {queue}"))
    }
}

/// `mail-urgent` of `test-0123456789abcdef-mail-urgent`.
pub(crate) fn without_prefix(name: &str) -> String {
    name.splitn(3, '-').last().unwrap_or_default().to_owned()
}
