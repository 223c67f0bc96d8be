//! What runs beside the requests in production: the stream, the queues and their workers, the schedules.

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::{Value, json};

use crate::TestApp;
use crate::app::lock;
use crate::queues::without_prefix;

impl TestApp {
    /// Lets the outbox and the workers run until nothing is left that they could do now.
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
            self.area.relay(self.app.clone(), event).await;
        }
    }

    /// The tasks that no stream event was made of yet, in DynamoDB's JSON.
    pub async fn new_tasks(&self) -> Vec<Value> {
        let mut images = self.scan(&self.table("tasks")).await;
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

    /// Receives what can be received, ten messages of each queue at most, and has its worker go through it. False if
    /// there was nothing.
    pub async fn work_once(&self) -> bool {
        let mut worked = false;
        for queue in self.area.queues() {
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
                    for queue in app.area.queues() {
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
        self.settle(queue, &messages, &failed).await;
        true
    }

    /// Has the worker of its queue go through an event; the ids of the messages that are to come back.
    pub async fn work(&self, event: SqsEvent) -> Vec<String> {
        let message = event.records.first().expect("an event has messages");
        let arn = message.event_source_arn.as_deref().unwrap_or_default();
        let queue = without_prefix(arn.rsplit(':').next().unwrap_or_default());
        let answer = self.area.work(&queue, self.app.clone(), event).await;
        let failures = answer.batch_item_failures.into_iter();
        failures.map(|failure| failure.item_identifier).collect()
    }
}
