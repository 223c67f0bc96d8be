use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::StreamExt as _;
use jiff::SignedDuration;
use kernel::error_chain;
use store::{Claim, Claimed, Tasks};
use tokio::time::{Instant, timeout_at};

use crate::job::{Context, Registered};
use crate::messages::{Fate, bury, come_back, hide, parse, queue_of};
use crate::outcome::{Done, Failure};
use crate::record::Recorder;
use crate::run::Run;

/// The time limit of the functions that work off queues (`Timeout` in `functions/workers/template.yaml`).
pub const TIMEOUT: SignedDuration = SignedDuration::from_secs(30);

/// The time that is left to a function for recording why a try ended.
const FOR_RECORDING: SignedDuration = SignedDuration::from_secs(5);

/// How much longer a worker may hold a task than its function lives: a task whose worker died can then be taken again when its
/// message comes back.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// The time without which no try is begun.
const LEAST_TIME: Duration = Duration::from_secs(1);

/// Messages of a batch that are worked on at once. Tasks wait for other services more than they compute.
const CONCURRENCY: usize = 5;

/// A batch of messages, to be gone through one by one: a bad one never stops the others.
pub struct Batch<'a, T: 'static> {
    context: &'a Context,
    jobs: &'a [&'static [Registered<T>]],
    timeout: SignedDuration,
}

impl<'a, T> Batch<'a, T> {
    /// A batch of tasks of these jobs, listed crate by crate.
    pub fn new(context: &'a Context, jobs: &'a [&'static [Registered<T>]]) -> Self {
        Self {
            context,
            jobs,
            timeout: TIMEOUT,
        }
    }

    /// The same, in a function with another time limit than [`TIMEOUT`].
    #[must_use]
    pub fn within(self, timeout: SignedDuration) -> Self {
        Self { timeout, ..self }
    }

    /// Does the task of every message and hands what its job gives to `finish`. Reports the messages that are to come back,
    /// and those alone.
    pub async fn run<F>(&self, event: SqsEvent, finish: impl Fn(T) -> F) -> SqsBatchResponse
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let ends_at = Instant::now() + (self.timeout - FOR_RECORDING).unsigned_abs();
        let failed: Vec<Option<String>> = futures_util::stream::iter(event.records)
            .map(|message| async {
                match self.handle(&message, ends_at, &finish).await {
                    Fate::Delete => None,
                    Fate::Keep(pause) => {
                        hide(&self.context.app, &message, pause).await;
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

    async fn handle<F>(
        &self,
        message: &SqsMessage,
        ends_at: Instant,
        finish: &impl Fn(T) -> F,
    ) -> Fate
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let Some(named) = parse(message) else {
            // Nobody knows what it wants; it goes to the dead-letter queue, where somebody can look.
            tracing::error!(message.id = message.message_id, "the message names no task");
            return Fate::Keep(Some(SignedDuration::ZERO));
        };
        if ends_at.saturating_duration_since(Instant::now()) < LEAST_TIME {
            // Others of the batch took it all. What comes back has a whole function's time.
            return come_back(&self.context.app, message, SignedDuration::ZERO).await;
        }
        let (task_id, now) = (named.task_id, self.context.app.now());
        let tasks = Tasks(self.context.app.store());
        let lease = self.timeout + LEASE_MARGIN;
        match tasks.claim(task_id, now, lease).await {
            Ok(Claim::Claimed(claimed)) => self.work(message, claimed, ends_at, finish).await,
            Ok(Claim::Held(until)) => {
                let pause = until.duration_since(now) + SignedDuration::from_secs(1);
                come_back(&self.context.app, message, pause).await
            }
            Ok(Claim::Dead) => {
                tracing::warn!(task.id = %task_id, "the task has used up its tries, and this message is left over");
                bury(&self.context.app, message).await
            }
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

    /// Does a task that is claimed, and records what became of it.
    async fn work<F>(
        &self,
        message: &SqsMessage,
        claimed: Box<Claimed>,
        ends_at: Instant,
        finish: &impl Fn(T) -> F,
    ) -> Fate
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let job = self.find(&claimed.task.kind);
        let claimed: Arc<Claimed> = Arc::from(claimed);
        let outcome = if claimed.is_called_off {
            Err(Failure::CalledOff)
        } else {
            self.perform(message, &claimed, job, ends_at, finish).await
        };
        let recorder = Recorder {
            app: &self.context.app,
            message,
            claimed: &claimed,
            retry_base: job.map(|job| job.retry_base),
            forgets_input: job.is_some_and(|job| job.forgets_input),
        };
        recorder.record(outcome).await.unwrap_or_else(|error| {
            tracing::error!(task.id = %claimed.task.id, error.chain = error_chain(&error), "what became of the task could not be recorded");
            Fate::Keep(None)
        })
    }

    /// Does a task by its job's function, as long as it may take.
    async fn perform<F>(
        &self,
        message: &SqsMessage,
        claimed: &Arc<Claimed>,
        job: Option<&'static Registered<T>>,
        ends_at: Instant,
        finish: &impl Fn(T) -> F,
    ) -> Result<Done, Failure>
    where
        F: Future<Output = Result<Done, Failure>>,
    {
        let (app, task) = (&self.context.app, &claimed.task);
        let Some(job) = job else {
            let own = app.settings().queues.url(&task.queue);
            if queue_of(app, message) != Some(own) {
                let reason = format!("its queue is `{}`, and this is another", task.queue);
                return Err(Failure::Permanent(reason));
            }
            // It may be a job of a newer version, which is being deployed: its tasks come again.
            let reason = format!("no job `{}` is registered with this worker", task.kind);
            return Err(Failure::Transient(reason));
        };
        let begun_at = Instant::now();
        let ends_at = ends_at.min(begun_at + job.time_limit.unsigned_abs());
        let run = Run::new(app.clone(), Arc::clone(claimed), ends_at);
        let work = async { finish(job.run(self.context.clone(), run).await?).await };
        timeout_at(ends_at, work).await.unwrap_or_else(|_| {
            let seconds = ends_at.duration_since(begun_at).as_secs();
            let reason = format!("it was ended after {seconds} s, its time limit");
            Err(Failure::Transient(reason))
        })
    }

    fn find(&self, kind: &str) -> Option<&'static Registered<T>> {
        let mut jobs = self.jobs.iter().flat_map(|jobs| jobs.iter());
        jobs.find(|job| job.kind == kind)
    }
}
