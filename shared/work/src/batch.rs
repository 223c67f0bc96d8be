use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use cloud::App;
use domain::error_chain;
use domain::task::{MAX_RECEIVES, Queue, Task, Work};
use futures_util::StreamExt as _;
use jiff::SignedDuration;
use store::{Claim, Claimed, StoreError};

use crate::message::TaskMessage;
use crate::outcome::{Done, Failure};

/// How long a worker may hold a task: a little more than the function's time-out (30 s in `template.yaml`), so that a task
/// whose worker died can be taken again when its message comes back.
const LEASE: SignedDuration = SignedDuration::from_secs(35);

/// Messages of a batch that are worked on at once. Tasks wait for other services more than they compute.
const CONCURRENCY: usize = 5;

/// Longest delay SQS gives a message, in seconds.
const MAX_DELAY: i64 = 900;

/// A batch of messages, to be gone through one by one: a bad one never stops the others.
pub struct Batch<'a>(&'a App);

/// What becomes of a message.
enum Fate {
    /// It is done with.
    Delete,
    /// It comes back, after so long, or when its visibility time is over.
    Keep(Option<SignedDuration>),
}

impl<'a> Batch<'a> {
    /// A batch on the queues of an installation.
    pub fn new(app: &'a App) -> Self {
        Self(app)
    }

    /// Does the task of every message. Reports the messages that are to come back, and those alone.
    pub async fn run<F>(&self, event: SqsEvent, perform: impl Fn(Task) -> F) -> SqsBatchResponse
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let failed: Vec<Option<String>> = futures_util::stream::iter(event.records)
            .map(|message| async {
                match self.handle(&message, &perform).await {
                    Fate::Delete => None,
                    Fate::Keep(delay) => {
                        self.hide(&message, delay).await;
                        message.message_id
                    }
                }
            })
            .buffer_unordered(CONCURRENCY)
            .collect()
            .await;
        let mut response = SqsBatchResponse::default();
        response.set_failures(failed.into_iter().flatten());
        response
    }

    async fn handle<F>(&self, message: &SqsMessage, perform: &impl Fn(Task) -> F) -> Fate
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let Some(TaskMessage { task_id, .. }) = parse(message) else {
            // Nobody knows what it wants; it goes to the dead-letter queue, where somebody can look.
            tracing::error!(message.id = message.message_id, "the message names no task");
            return Fate::Keep(Some(SignedDuration::ZERO));
        };
        let now = self.0.now();
        match self.0.store().tasks().claim(task_id, now, LEASE).await {
            Ok(Claim::Claimed(claimed)) => {
                let outcome = perform(claimed.task.clone()).await;
                self.record(message, &claimed, outcome).await.unwrap_or_else(|error| {
                    tracing::error!(task.id = %task_id, error.chain = error_chain(&error), "what became of the task could not be recorded");
                    Fate::Keep(None)
                })
            }
            Ok(Claim::Held(until)) => Fate::Keep(Some(
                until.duration_since(now) + SignedDuration::from_secs(1),
            )),
            Ok(Claim::Finished(state)) => {
                tracing::info!(task.id = %task_id, ?state, "the task is finished already");
                Fate::Delete
            }
            Ok(Claim::Unknown) => {
                tracing::warn!(task.id = %task_id, "there is no such task");
                Fate::Delete
            }
            Err(error) => {
                tracing::error!(task.id = %task_id, error.chain = error_chain(&error), "the task could not be claimed");
                Fate::Keep(None)
            }
        }
    }

    async fn record(
        &self,
        message: &SqsMessage,
        claimed: &Claimed,
        outcome: Result<Done, Failure>,
    ) -> Result<Fate, StoreError> {
        let tasks = self.0.store().tasks();
        let (task, attempt, now) = (&claimed.task, claimed.attempt, self.0.now());
        let kind = task.work.kind();
        match outcome {
            Ok(Done(result)) => {
                tasks.succeed(claimed, &result, now).await?;
                tracing::info!(task.id = %task.id, task.kind = kind, attempt, result, "the task is done");
                Ok(Fate::Delete)
            }
            Err(Failure::Permanent(error)) => {
                tasks.fail(claimed, &error, false, now).await?;
                tracing::warn!(task.id = %task.id, task.kind = kind, attempt, error, "the task is given up");
                Ok(Fate::Delete)
            }
            Err(Failure::Deferred(reason, pause)) => {
                tasks.defer(claimed, &reason).await?;
                tracing::info!(task.id = %task.id, task.kind = kind, reason, "the task is put off");
                Ok(self.send_again(task, pause).await)
            }
            Err(Failure::Transient(error)) if receive_count(message) >= MAX_RECEIVES => {
                tasks.fail(claimed, &error, true, now).await?;
                tracing::error!(task.id = %task.id, task.kind = kind, attempt, error, "the task has used up its tries");
                // Visible at once: the next receive moves it to the dead-letter queue.
                Ok(Fate::Keep(Some(SignedDuration::ZERO)))
            }
            Err(Failure::Transient(error)) => {
                tasks.retry(claimed, &error).await?;
                let delay = backoff(&task.work, receive_count(message));
                tracing::warn!(task.id = %task.id, task.kind = kind, attempt, error, delay_s = delay.as_secs(), "the task is tried again");
                Ok(Fate::Keep(Some(delay)))
            }
        }
    }

    /// Sends a fresh message in the place of this one: a receive is used up only by a real try.
    async fn send_again(&self, task: &Task, pause: SignedDuration) -> Fate {
        let message = TaskMessage {
            task_id: task.id,
            kind: task.work.kind().to_owned(),
        };
        let body = serde_json::to_string(&message).expect("a struct of texts is JSON");
        let delay = i32::try_from(pause.as_secs().clamp(0, MAX_DELAY)).unwrap_or_default();
        let url = self.0.settings().queues.url(task.work.queue());
        let sent = self
            .0
            .clients()
            .sqs()
            .send_message()
            .queue_url(url)
            .message_body(body)
            .delay_seconds(delay)
            .send()
            .await;
        match sent {
            Ok(_) => Fate::Delete,
            Err(error) => {
                let error = aws_sdk_sqs::error::DisplayErrorContext(error);
                tracing::error!(task.id = %task.id, %error, "the task could not be put off");
                Fate::Keep(None)
            }
        }
    }

    /// Hides a message for a time. If that fails it comes back when its visibility time is over, which is only later.
    async fn hide(&self, message: &SqsMessage, delay: Option<SignedDuration>) {
        let (Some(delay), Some(handle)) = (delay, &message.receipt_handle) else {
            return;
        };
        let Some(url) = self.queue_of(message) else {
            return;
        };
        let seconds = i32::try_from(delay.as_secs()).unwrap_or(i32::MAX);
        let changed = self
            .0
            .clients()
            .sqs()
            .change_message_visibility()
            .queue_url(url)
            .receipt_handle(handle)
            .visibility_timeout(seconds)
            .send();
        if let Err(error) = changed.await {
            let error = aws_sdk_sqs::error::DisplayErrorContext(error);
            tracing::warn!(message.id = message.message_id, %error, "the message keeps its visibility time");
        }
    }

    /// The queue a message came from: the one of ours whose URL ends as the ARN does.
    fn queue_of(&self, message: &SqsMessage) -> Option<&str> {
        let name = message.event_source_arn.as_deref()?.rsplit(':').next()?;
        let urls = [Queue::MailUrgent, Queue::MailBulk, Queue::Work]
            .map(|queue| self.0.settings().queues.url(queue));
        urls.into_iter()
            .find(|url| url.rsplit('/').next() == Some(name))
    }
}

fn parse(message: &SqsMessage) -> Option<TaskMessage> {
    message
        .body
        .as_deref()
        .and_then(|body| serde_json::from_str(body).ok())
}

fn receive_count(message: &SqsMessage) -> u32 {
    message
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

/// How long the next try waits: twice as long as the one before, give or take a fifth, so that many do not come at once.
fn backoff(work: &Work, receives: u32) -> SignedDuration {
    let doubled = work.retry_base() * 2_i32.pow(receives.saturating_sub(1).min(10));
    let percent: i32 = rand::random_range(80..=120);
    doubled * percent / 100
}

#[cfg(test)]
mod tests {
    use domain::email::EmailAddress;

    use super::*;

    #[test]
    fn every_retry_of_a_code_comes_while_the_code_is_good() {
        let work = Work::SendOneTimeCode {
            email: EmailAddress::parse("ann@example.com").unwrap(),
        };
        let longest: SignedDuration = (1..MAX_RECEIVES)
            .map(|receives| work.retry_base() * 2_i32.pow(receives - 1) * 120 / 100)
            .sum();

        assert!(longest < domain::code::LIFETIME);
        for receives in 1..MAX_RECEIVES {
            let expected = work.retry_base() * 2_i32.pow(receives - 1);
            let delay = backoff(&work, receives);
            assert!(
                delay >= expected * 80 / 100 && delay <= expected * 120 / 100,
                "{receives}: {delay:?}"
            );
        }
    }
}
