//! What runs beside the requests in production: the stream, the queues and the mail worker.

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::sqs::SqsEvent;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use domain::task::Work;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::TestApp;
use crate::app::lock;
use crate::resources::MAIL_QUEUES;

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

impl TestApp {
    /// Lets the outbox and the mail worker run until nothing is left that they could do now.
    pub async fn deliver(&self) {
        loop {
            self.relay().await;
            if !self.work_once().await {
                return;
            }
        }
    }

    /// Sends a message for every new task, as the table's stream has it done.
    pub async fn relay(&self) {
        let images = self.new_tasks().await;
        for batch in images.chunks(100) {
            let event = self.stream_event(batch);
            tasks::relay_outbox::relay_outbox(self.app.clone(), event)
                .await
                .expect("the relay sends every message");
        }
    }

    /// The tasks that no stream event was made of yet, in `DynamoDB`'s JSON.
    pub async fn new_tasks(&self) -> Vec<Value> {
        let mut images = self.scan(&self.settings().tables.tasks).await;
        images.retain(|image| {
            let id = image["id"]["S"].as_str().unwrap_or_default();
            image["state"]["S"] == "PENDING" && lock(&self.relayed).insert(id.to_owned())
        });
        images
    }

    /// The stream's event for some new items.
    pub fn stream_event(&self, images: &[Value]) -> Event {
        let record = |(position, image): (usize, &Value)| {
            json!({
                "eventID": position.to_string(),
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": self.emulator.region,
                "eventSourceARN": "arn:aws:dynamodb:::table/tasks/stream/1",
                "dynamodb": {
                    "Keys": {"pk": image["pk"], "sk": image["sk"]},
                    "NewImage": image,
                    "SequenceNumber": format!("{:021}", position + 1),
                    "SizeBytes": 400,
                    "StreamViewType": "NEW_IMAGE",
                },
            })
        };
        let records: Vec<Value> = images.iter().enumerate().map(record).collect();
        serde_json::from_value(json!({ "Records": records })).expect("an event as AWS sends it")
    }

    /// Receives what can be received, ten messages of each mail queue at most, and has the worker go through it. False if
    /// there was nothing.
    pub async fn work_once(&self) -> bool {
        let mut worked = false;
        for queue in MAIL_QUEUES {
            worked |= self.work_on(queue, 0).await;
        }
        worked
    }

    /// Lets so many workers run until the queues are empty, those included that are hidden for a while.
    pub async fn drain(self: &Arc<Self>, workers: usize) {
        let work = async |app: Arc<Self>| {
            loop {
                let worked = app.work_once().await;
                if !worked && app.waiting().await.is_empty() {
                    return;
                }
                if !worked {
                    for queue in MAIL_QUEUES {
                        app.work_on(queue, 1).await;
                    }
                }
            }
        };
        let running: Vec<_> = (0..workers)
            .map(|_| tokio::spawn(work(Arc::clone(self))))
            .collect();
        for worker in running {
            worker.await.expect("a worker does not panic");
        }
    }

    /// Receives up to ten messages of a queue, waiting so many seconds for one, and has the worker go through them.
    async fn work_on(&self, queue: &str, wait_seconds: i32) -> bool {
        let messages = self.receive(queue, wait_seconds).await;
        if messages.is_empty() {
            return false;
        }
        let event = self.sqs_event(queue, &messages);
        let failed = self.work(event).await;
        self.settle(queue, messages, &failed).await;
        true
    }

    /// Has the worker go through an event; the ids of the messages that are to come back.
    pub async fn work(&self, event: SqsEvent) -> Vec<String> {
        let Ok(answer) = tasks::send_email::send_email(self.app.clone(), event).await;
        let failures = answer.batch_item_failures.into_iter();
        failures.map(|failure| failure.item_identifier).collect()
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
                "eventSourceARN": self.emulator.queue_arn(&name),
                "awsRegion": self.emulator.region,
            })
        };
        let records: Vec<Value> = messages.iter().map(record).collect();
        serde_json::from_value(json!({ "Records": records })).expect("an event as AWS sends it")
    }

    /// Does what Lambda does with a worker's answer: deletes what did not fail.
    async fn settle(&self, queue: &str, messages: Vec<Message>, failed: &[String]) {
        for message in messages {
            let handle = message.receipt_handle.unwrap_or_default();
            if failed.contains(&message.message_id.unwrap_or_default()) {
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
        self.admin
            .sqs()
            .send_message()
            .queue_url(self.queue_url(queue))
            .message_body(body)
            .send()
            .await
            .expect("the emulator's queues take messages");
    }

    /// What is in the queues, dead-letter queues too.
    pub async fn waiting(&self) -> Vec<Waiting> {
        // The emulator's own time, not the test's: it hides messages by it.
        let now = SignedDuration::try_from(
            std::time::UNIX_EPOCH
                .elapsed()
                .expect("the machine's clock is past 1970"),
        )
        .expect("the time since 1970 fits")
        .as_secs();
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
            self.send_message(queue, message.body.as_deref().unwrap_or_default())
                .await;
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

    /// Records a piece of work as an endpoint would, in a transaction with an audit entry. Gives the task's id.
    pub async fn record_work(&self, work: Work) -> domain::id::TaskId {
        let task = self.app.task(work);
        let audit = self.app.audit(
            domain::audit::Action::VerificationRequested,
            None,
            format!("task/{}", task.id),
            &domain::audit::Origin::default(),
        );
        let verifications = self.app.store().verifications();
        verifications
            .request(&task, &audit)
            .await
            .expect("the emulator's tables can be written");
        task.id
    }

    fn queue_name(&self, queue: &str) -> String {
        let urgent = &self.settings().queues.mail_urgent;
        let name = urgent.rsplit('/').next().unwrap_or_default();
        name.replace("mail-urgent", queue)
    }

    fn queue_url(&self, queue: &str) -> String {
        let urgent = &self.settings().queues.mail_urgent;
        urgent.replace("mail-urgent", queue)
    }
}

/// `mail-urgent` of `test-0123456789abcdef-mail-urgent`.
fn without_prefix(name: &str) -> String {
    name.splitn(3, '-').last().unwrap_or_default().to_owned()
}
