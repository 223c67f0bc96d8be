use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::StreamExt as _;
use jiff::SignedDuration;
use kernel::error_chain;
use kernel::job::RETRY_BASE;
use kernel::task::{MAX_RECEIVES, Task};
use rand::{CryptoRng, RngExt as _};
use store::{Claim, Claimed, End, StoreError, Tasks};

use crate::job::{Context, Registered};
use crate::message::TaskMessage;
use crate::outcome::{Done, Failure};

/// The time for which a worker may hold a task: a little more than the function's time-out (30 s in
/// `functions/workers/template.yaml`), so that a task whose worker died can be taken again when its message comes back.
const LEASE: SignedDuration = SignedDuration::from_secs(35);

/// Messages of a batch that are worked on at once. Tasks wait for other services more than they compute.
const CONCURRENCY: usize = 5;

/// The longest delay that SQS gives a message, in seconds.
const MAX_DELAY: i64 = 900;

/// A batch of messages, to be gone through one by one: a bad one never stops the others.
pub struct Batch<'a, T: 'static> {
    context: &'a Context,
    jobs: &'a [&'static [Registered<T>]],
}

/// What becomes of a message.
enum Fate {
    /// The message is done with.
    Delete,
    /// The message comes back, after so long, or when its visibility time is over.
    Keep(Option<SignedDuration>),
}

impl<'a, T> Batch<'a, T> {
    /// A batch of tasks of these jobs, listed crate by crate.
    pub fn new(context: &'a Context, jobs: &'a [&'static [Registered<T>]]) -> Self {
        Self { context, jobs }
    }

    /// Does the task of every message and hands what its job gives to `finish`. Reports the messages that are to come back,
    /// and those alone.
    pub async fn run<F>(&self, event: SqsEvent, finish: impl Fn(T) -> F) -> SqsBatchResponse
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let failed: Vec<Option<String>> = futures_util::stream::iter(event.records)
            .map(|message| async {
                match self.handle(&message, &finish).await {
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

    async fn handle<F>(&self, message: &SqsMessage, finish: &impl Fn(T) -> F) -> Fate
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let Some(TaskMessage { task_id, .. }) = parse(message) else {
            // Nobody knows what it wants; it goes to the dead-letter queue, where somebody can look.
            tracing::error!(message.id = message.message_id, "the message names no task");
            return Fate::Keep(Some(SignedDuration::ZERO));
        };
        let now = self.context.app.now();
        match Tasks(self.context.app.store())
            .claim(task_id, now, LEASE)
            .await
        {
            Ok(Claim::Claimed(claimed)) => {
                let outcome = self.perform(message, &claimed.task, finish).await;
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

    /// Does a task by its job's function.
    async fn perform<F>(
        &self,
        message: &SqsMessage,
        task: &Task,
        finish: &impl Fn(T) -> F,
    ) -> Result<Done, Failure>
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let Some(job) = self.find(&task.kind) else {
            let own = self.context.app.settings().queues.url(&task.queue);
            if self.queue_of(message) != Some(own) {
                let reason = format!("its queue is `{}`, and this is another", task.queue);
                return Err(Failure::Permanent(reason));
            }
            // It may be a job of a newer version, which is being deployed: its tasks come again.
            let reason = format!("no job `{}` is registered with this worker", task.kind);
            return Err(Failure::Transient(reason));
        };
        finish(job.run(self.context.clone(), task.clone()).await?).await
    }

    fn find(&self, kind: &str) -> Option<&'static Registered<T>> {
        let mut jobs = self.jobs.iter().flat_map(|jobs| jobs.iter());
        jobs.find(|job| job.kind == kind)
    }

    async fn record(
        &self,
        message: &SqsMessage,
        claimed: &Claimed,
        outcome: Result<Done, Failure>,
    ) -> Result<Fate, StoreError> {
        let tasks = Tasks(self.context.app.store());
        let (task, attempt, now) = (&claimed.task, claimed.attempt, self.context.app.now());
        let kind = task.kind.as_str();
        let forgets = self.find(kind).is_some_and(|job| job.forgets_input);
        match outcome {
            Ok(Done(result)) => {
                tasks.succeed(claimed, &result, forgets, now).await?;
                tracing::info!(task.id = %task.id, task.kind = kind, attempt, result, "the task is done");
                Ok(Fate::Delete)
            }
            Err(Failure::Permanent(error)) => {
                let end = if forgets { End::Forgotten } else { End::Final };
                tasks.fail(claimed, &error, end, now).await?;
                tracing::warn!(task.id = %task.id, task.kind = kind, attempt, error, "the task is given up");
                Ok(Fate::Delete)
            }
            Err(Failure::Deferred(reason, pause)) => {
                tasks.defer(claimed, &reason).await?;
                tracing::info!(task.id = %task.id, task.kind = kind, reason, "the task is put off");
                Ok(self.send_again(task, pause).await)
            }
            Err(Failure::Transient(error)) if receive_count(message) >= MAX_RECEIVES => {
                tasks.fail(claimed, &error, End::Redrivable, now).await?;
                tracing::error!(task.id = %task.id, task.kind = kind, attempt, error, "the task has used up its tries");
                // Visible at once: the next receive moves it to the dead-letter queue.
                Ok(Fate::Keep(Some(SignedDuration::ZERO)))
            }
            Err(Failure::Transient(error)) => {
                tasks.retry(claimed, &error).await?;
                let base = self.find(kind).map_or(RETRY_BASE, |job| job.retry_base);
                let delay = backoff(base, receive_count(message), &mut self.context.app.random());
                tracing::warn!(task.id = %task.id, task.kind = kind, attempt, error, delay_s = delay.as_secs(), "the task is tried again");
                Ok(Fate::Keep(Some(delay)))
            }
        }
    }

    /// Sends a fresh message in the place of this one: a receive is used up only by a real try.
    async fn send_again(&self, task: &Task, pause: SignedDuration) -> Fate {
        let message = TaskMessage {
            task_id: task.id,
            kind: task.kind.clone(),
        };
        let body = serde_json::to_string(&message).expect("a struct of texts is JSON");
        let delay = i32::try_from(pause.as_secs().clamp(0, MAX_DELAY)).unwrap_or_default();
        let url = self.context.app.settings().queues.url(&task.queue);
        let sent = self
            .context
            .app
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
            .context
            .app
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

    /// The queue a message came from.
    fn queue_of(&self, message: &SqsMessage) -> Option<String> {
        let arn = message.event_source_arn.as_deref()?;
        self.context.app.settings().queues.url_of_arn(arn)
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

/// The time that the next try waits: twice as long as the one before, give or take a fifth, so that many do not come at
/// once.
fn backoff(base: SignedDuration, receives: u32, rng: &mut impl CryptoRng) -> SignedDuration {
    let doubled = base * 2_i32.pow(receives.saturating_sub(1).min(10));
    let percent: i32 = rng.random_range(80..=120);
    doubled * percent / 100
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::random::{Random, SeededRandomness};

    use super::*;

    #[test]
    fn each_retry_waits_twice_as_long_give_or_take_a_fifth() {
        let base = SignedDuration::from_secs(30);
        let mut rng = Random::new(Arc::new(SeededRandomness::new(1)));
        for receives in 1..MAX_RECEIVES {
            let expected = base * 2_i32.pow(receives - 1);
            let delay = backoff(base, receives, &mut rng);
            assert!(
                delay >= expected * 80 / 100 && delay <= expected * 120 / 100,
                "{receives}: {delay:?}"
            );
        }
    }
}
