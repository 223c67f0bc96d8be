use aws_sdk_lambda::error::SdkError;
use aws_sdk_lambda::operation::get_event_source_mapping::GetEventSourceMappingError;
use aws_sdk_lambda::operation::update_event_source_mapping::UpdateEventSourceMappingError;
use aws_sdk_sqs::types::QueueAttributeName;
use cloud::App;
use thiserror::Error;

use super::rules::Known;
use super::settings::Settings;

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
pub struct Queues<'a>(pub &'a App);

/// How a queue is at the moment; SQS counts roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueState {
    /// Messages that wait for a worker.
    pub waiting: u64,
    /// Messages that a worker has, or that are hidden until their next try.
    pub in_flight: u64,
    /// Messages whose moment has not come.
    pub delayed: u64,
    /// Messages that could not be worked off.
    pub dead_letters: u64,
    /// Whether it is worked off. `None` where nothing works it off.
    pub work: Option<Work>,
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

impl QueueError {
    pub(super) fn from_sdk<E>(attempt: &'static str, error: SdkError<E>) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let source = Box::new(error);
        Self { attempt, source }
    }
}

impl Queues<'_> {
    /// Looks at a queue.
    pub async fn look(&self, known: &'static Known) -> Result<QueueState, QueueError> {
        let dead_letters = self.counts(self.0.settings().queues.url(&known.dead_letters()));
        if !known.has_worker() {
            let [dead, hidden, _] = dead_letters.await?;
            return Ok(QueueState {
                waiting: 0,
                in_flight: 0,
                delayed: 0,
                dead_letters: dead + hidden,
                work: None,
            });
        }
        let own = self.counts(self.0.settings().queues.url(&known.queue()));
        let ([waiting, in_flight, delayed], [dead, hidden, _], work) =
            tokio::try_join!(own, dead_letters, self.work(known))?;
        Ok(QueueState {
            waiting,
            in_flight,
            delayed,
            dead_letters: dead + hidden,
            work,
        })
    }

    /// Stops the work on a queue, or lets it go on. Messages that a worker has are worked off; the others wait, as long as the
    /// queue keeps them. `None` where nothing works it off.
    pub async fn set_work(
        &self,
        known: &'static Known,
        goes_on: bool,
    ) -> Result<Option<Work>, QueueError> {
        let request = self.0.clients().lambda().update_event_source_mapping();
        let request = request.uuid(self.mapping(known)).enabled(goes_on);
        match request.send().await {
            Ok(changed) => Ok(Some(read(changed.state()))),
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

    async fn work(&self, known: &'static Known) -> Result<Option<Work>, QueueError> {
        let request = self.0.clients().lambda().get_event_source_mapping();
        match request.uuid(self.mapping(known)).send().await {
            Ok(found) => Ok(Some(read(found.state()))),
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

    fn mapping(&self, known: &'static Known) -> String {
        let settings = self.0.section::<Settings>();
        settings
            .mappings
            .get(known.name)
            .cloned()
            .unwrap_or_default()
    }

    /// The messages of a queue that are visible, in flight, and delayed.
    async fn counts(&self, url: String) -> Result<[u64; 3], QueueError> {
        use QueueAttributeName::{
            ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
            ApproximateNumberOfMessagesNotVisible,
        };
        let names = [
            ApproximateNumberOfMessages,
            ApproximateNumberOfMessagesNotVisible,
            ApproximateNumberOfMessagesDelayed,
        ];
        let found = self
            .0
            .clients()
            .sqs()
            .get_queue_attributes()
            .queue_url(url)
            .set_attribute_names(Some(names.to_vec()))
            .send()
            .await
            .map_err(|error| QueueError::from_sdk("count the messages of a queue", error))?;
        let attributes = found.attributes.unwrap_or_default();
        Ok(names.map(|name| {
            let count = attributes.get(&name).and_then(|count| count.parse().ok());
            count.unwrap_or_default()
        }))
    }
}

fn read(state: Option<&str>) -> Work {
    match state {
        Some("Enabled") => Work::GoesOn,
        Some("Disabled") => Work::IsPaused,
        _ => Work::IsChanging,
    }
}
