//! Queues, as an operator handles them: counted, looked into, stopped, let go on. Sending and receiving for the work itself is
//! that of the crate `work`.

use std::collections::HashSet;

use aws_sdk_lambda::operation::get_event_source_mapping::GetEventSourceMappingError;
use aws_sdk_lambda::operation::update_event_source_mapping::UpdateEventSourceMappingError;
use aws_sdk_sqs::error::SdkError;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
    MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
    SendMessageBatchResultEntry,
};
use jiff::Timestamp;
use kernel::job::Queue;
use thiserror::Error;

use crate::App;

/// A queue could not be looked at or changed.
#[derive(Debug, Error)]
#[error("AWS was not available to {attempt}")]
pub struct QueueError {
    /// The attempt that failed.
    attempt: &'static str,
    /// The reason why it failed.
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// The queues of an installation.
pub struct Queues<'a>(pub(crate) &'a App);

/// The messages of a queue; SQS counts roughly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Messages {
    /// Those that wait for a worker.
    pub waiting: u64,
    /// Those that a worker has, or that are hidden until their next try.
    pub in_flight: u64,
    /// Those whose moment has not come.
    pub delayed: u64,
}

/// Whether a queue is worked off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// It is.
    GoesOn,
    /// It is not, until somebody lets it go on.
    IsPaused,
    /// It is being changed from the one to the other.
    IsChanging,
}

/// A message that was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// The id of the message.
    pub id: String,
    /// The text of the message.
    pub body: String,
    /// The handle by which it is deleted or shown again.
    pub handle: String,
    /// How often it was received, this time included.
    pub receives: u32,
    /// The moment at which it was sent.
    pub sent_at: Option<Timestamp>,
}

/// The messages that one call takes, at most: SQS's own limit.
pub const AT_ONCE: usize = 10;

impl QueueError {
    fn from_sdk<E>(attempt: &'static str, error: SdkError<E>) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let source = Box::new(error);
        Self { attempt, source }
    }
}

impl Queues<'_> {
    /// Counts the messages of a queue.
    pub async fn count(&self, queue: &Queue) -> Result<Messages, QueueError> {
        use QueueAttributeName::{
            ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
            ApproximateNumberOfMessagesNotVisible,
        };
        let names = [
            ApproximateNumberOfMessages,
            ApproximateNumberOfMessagesNotVisible,
            ApproximateNumberOfMessagesDelayed,
        ];
        let request = self.sqs().get_queue_attributes();
        let request = request.queue_url(self.url(queue));
        let found = request.set_attribute_names(Some(names.to_vec())).send();
        let found = found
            .await
            .map_err(|error| QueueError::from_sdk("count the messages of a queue", error))?;
        let attributes = found.attributes.unwrap_or_default();
        let [waiting, in_flight, delayed] = names.map(|name| {
            let count = attributes.get(&name).and_then(|count| count.parse().ok());
            count.unwrap_or_default()
        });
        Ok(Messages {
            waiting,
            in_flight,
            delayed,
        })
    }

    /// Asks whether a queue is worked off, by the id of the event source mapping that does it. `None` if there is none.
    pub async fn work(&self, mapping: &str) -> Result<Option<Work>, QueueError> {
        let request = self.0.clients().lambda().get_event_source_mapping();
        match request.uuid(mapping).send().await {
            Ok(found) => Ok(Some(state(found.state()))),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetEventSourceMappingError::is_resource_not_found_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(QueueError::from_sdk("ask who works a queue off", error)),
        }
    }

    /// Stops the work on a queue, or lets it go on. `None` if there is no such mapping.
    pub async fn set_work(&self, mapping: &str, goes_on: bool) -> Result<Option<Work>, QueueError> {
        let request = self.0.clients().lambda().update_event_source_mapping();
        match request.uuid(mapping).enabled(goes_on).send().await {
            Ok(changed) => Ok(Some(state(changed.state()))),
            Err(error)
                if error.as_service_error().is_some_and(
                    UpdateEventSourceMappingError::is_resource_not_found_exception,
                ) =>
            {
                Ok(None)
            }
            Err(error) => {
                let attempt = "change who works a queue off";
                Err(QueueError::from_sdk(attempt, error))
            }
        }
    }

    /// Receives some messages, which are hidden for so many seconds.
    pub async fn receive(
        &self,
        queue: &Queue,
        hidden_seconds: i32,
    ) -> Result<Vec<Received>, QueueError> {
        let received = self
            .sqs()
            .receive_message()
            .queue_url(self.url(queue))
            .max_number_of_messages(i32::try_from(AT_ONCE).unwrap_or(1))
            .visibility_timeout(hidden_seconds)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await
            .map_err(|error| QueueError::from_sdk("receive messages", error))?;
        let messages = received.messages.unwrap_or_default();
        Ok(messages.iter().filter_map(Received::of).collect())
    }

    /// Sends messages, as many as one call takes. Gives the places of those that have arrived.
    pub async fn send(&self, queue: &Queue, bodies: &[&str]) -> Result<HashSet<usize>, QueueError> {
        let entry = |(place, body): (usize, &&str)| {
            SendMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .message_body(*body)
                .build()
                .expect("id and body are set")
        };
        let entries = bodies.iter().enumerate().map(entry).collect();
        let request = self.sqs().send_message_batch().queue_url(self.url(queue));
        let sent = request.set_entries(Some(entries)).send().await;
        let sent = sent.map_err(|error| QueueError::from_sdk("send messages", error))?;
        let arrived = sent.successful.iter().map(SendMessageBatchResultEntry::id);
        Ok(arrived.filter_map(|id| id.parse().ok()).collect())
    }

    /// Deletes messages, as many as one call takes.
    pub async fn delete(&self, queue: &Queue, handles: &[&str]) -> Result<(), QueueError> {
        let entry = |(place, handle): (usize, &&str)| {
            DeleteMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .receipt_handle(*handle)
                .build()
                .expect("id and handle are set")
        };
        let entries = handles.iter().enumerate().map(entry).collect();
        let request = self.sqs().delete_message_batch().queue_url(self.url(queue));
        let deleted = request.set_entries(Some(entries)).send().await;
        deleted
            .map(drop)
            .map_err(|error| QueueError::from_sdk("delete messages", error))
    }

    /// Makes messages visible again, as many as one call takes. If that fails they are so when their time is over.
    pub async fn show_again(&self, queue: &Queue, handles: &[&str]) {
        let entry = |(place, handle): (usize, &&str)| {
            ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(place.to_string())
                .receipt_handle(*handle)
                .visibility_timeout(0)
                .build()
                .expect("id and handle are set")
        };
        let entries = handles.iter().enumerate().map(entry).collect();
        let request = self.sqs().change_message_visibility_batch();
        let request = request.queue_url(self.url(queue));
        if let Err(error) = request.set_entries(Some(entries)).send().await {
            let error = aws_sdk_sqs::error::DisplayErrorContext(error);
            tracing::warn!(queue = queue.as_str(), %error, "messages stay hidden for a while");
        }
    }

    fn sqs(&self) -> &aws_sdk_sqs::Client {
        self.0.clients().sqs()
    }

    fn url(&self, queue: &Queue) -> String {
        self.0.settings().queues.url(queue)
    }
}

impl Received {
    fn of(message: &Message) -> Option<Self> {
        let attribute = |name| message.attributes.as_ref()?.get(&name).cloned();
        let receives = attribute(MessageSystemAttributeName::ApproximateReceiveCount);
        let sent_at = attribute(MessageSystemAttributeName::SentTimestamp);
        Some(Self {
            id: message.message_id.clone()?,
            body: message.body.clone().unwrap_or_default(),
            handle: message.receipt_handle.clone()?,
            receives: receives.and_then(|n| n.parse().ok()).unwrap_or_default(),
            sent_at: sent_at.and_then(|at| Timestamp::from_millisecond(at.parse().ok()?).ok()),
        })
    }
}

fn state(state: Option<&str>) -> Work {
    match state {
        Some("Enabled") => Work::GoesOn,
        Some("Disabled") => Work::IsPaused,
        _ => Work::IsChanging,
    }
}
