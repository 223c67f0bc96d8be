//! What became of a try: in the table, and for its message.

use aws_lambda_events::event::sqs::SqsMessage;
use cloud::App;
use cloud::metrics::TASK;
use jiff::SignedDuration;
use kernel::job::RETRY_BASE;
use kernel::task::{MAX_TRIES, Task};
use store::{Claimed, End, Left, StoreError, Tasks, Yield};

use crate::backoff::backoff;
use crate::messages::{Fate, LONGEST_DELAY, bury, receive_count, send_again};
use crate::outcome::{Done, Failure};
use crate::settings::Settings;

/// Records what became of a try.
pub(crate) struct Recorder<'a> {
    pub(crate) app: &'a App,
    pub(crate) message: &'a SqsMessage,
    pub(crate) claimed: &'a Claimed,
    /// The time that the first retry of its job waits; none where no job is known.
    pub(crate) retry_base: Option<SignedDuration>,
    pub(crate) forgets_input: bool,
}

impl Recorder<'_> {
    /// Records it, and says what becomes of the message.
    pub(crate) async fn record(self, outcome: Result<Done, Failure>) -> Result<Fate, StoreError> {
        match outcome {
            Ok(done) => self.succeed(&done).await,
            Err(Failure::Permanent(error)) => self.give_up(&error).await,
            Err(Failure::CalledOff) => self.stop().await,
            Err(Failure::Deferred(reason, pause)) => self.put_off(&reason, pause).await,
            Err(Failure::Transient(error)) if self.claimed.tries >= MAX_TRIES => {
                self.use_up(&error).await
            }
            Err(Failure::Transient(error)) => self.try_again(&error).await,
        }
    }

    async fn succeed(&self, done: &Done) -> Result<Fate, StoreError> {
        let kept = self.app.section::<Settings>().result_lifetime;
        let yields = Yield {
            said: &done.said,
            result: done.result.as_ref().map(|result| (result, kept)),
            forgets_input: self.forgets_input,
        };
        self.tasks()
            .succeed(self.claimed, &yields, self.app.now())
            .await?;
        let (task, attempt) = (self.task(), self.claimed.attempt);
        tracing::info!(name: TASK.name, attempt, task.id = %task.id, task.kind = task.kind, task.state = "SUCCESS", task.age_ms = self.age(), result = done.said, "the task is done");
        Ok(Fate::Delete)
    }

    async fn give_up(&self, error: &str) -> Result<Fate, StoreError> {
        let end = if self.forgets_input {
            End::Forgotten
        } else {
            End::Final
        };
        self.tasks()
            .fail(self.claimed, error, end, self.app.now())
            .await?;
        let (task, attempt) = (self.task(), self.claimed.attempt);
        tracing::warn!(name: TASK.name, attempt, task.id = %task.id, task.kind = task.kind, task.state = "FAILURE", task.age_ms = self.age(), error, "the task is given up");
        Ok(Fate::Delete)
    }

    async fn stop(&self) -> Result<Fate, StoreError> {
        self.tasks()
            .stop(self.claimed, self.forgets_input, self.app.now())
            .await?;
        let (task, attempt) = (self.task(), self.claimed.attempt);
        tracing::info!(name: TASK.name, attempt, task.id = %task.id, task.kind = task.kind, task.state = "REVOKED", task.age_ms = self.age(), "the task is called off");
        Ok(Fate::Delete)
    }

    async fn put_off(&self, reason: &str, pause: SignedDuration) -> Result<Fate, StoreError> {
        let now = self.app.now();
        let not_before = (pause > LONGEST_DELAY).then(|| now + pause);
        let left = self
            .tasks()
            .defer(self.claimed, reason, not_before, now)
            .await?;
        if left == Left::CalledOff {
            return self.stop().await;
        }
        let (task, attempt) = (self.task(), self.claimed.attempt);
        tracing::info!(name: TASK.name, attempt, task.id = %task.id, task.kind = task.kind, task.state = "PENDING", task.age_ms = self.age(), reason, "the task is put off");
        Ok(send_again(self.app, self.message, pause).await)
    }

    async fn try_again(&self, error: &str) -> Result<Fate, StoreError> {
        let (task, now) = (self.task(), self.app.now());
        let base = self.retry_base.unwrap_or(RETRY_BASE);
        let pause = backoff(base, self.claimed.tries, &mut self.app.random());
        // Its message has come more often than the task was tried, or would be in flight for long: another one takes its place.
        let is_replaced = pause > LONGEST_DELAY || receive_count(self.message) >= MAX_TRIES;
        let not_before = is_replaced.then(|| now + pause);
        let left = self
            .tasks()
            .retry(self.claimed, error, not_before, now)
            .await?;
        if left == Left::CalledOff {
            return self.stop().await;
        }
        let (attempt, pause_s) = (self.claimed.attempt, pause.as_secs());
        tracing::warn!(name: TASK.name, attempt, task.id = %task.id, task.kind = task.kind, task.state = "RETRY", task.age_ms = self.age(), error, pause_s, "the task is tried again");
        Ok(if is_replaced {
            send_again(self.app, self.message, pause).await
        } else {
            Fate::Keep(Some(pause))
        })
    }

    async fn use_up(&self, error: &str) -> Result<Fate, StoreError> {
        let left = self
            .tasks()
            .fail(self.claimed, error, End::Redrivable, self.app.now())
            .await?;
        if left == Left::CalledOff {
            return self.stop().await;
        }
        let (task, attempt) = (self.task(), self.claimed.attempt);
        tracing::error!(name: TASK.name, attempt, task.id = %task.id, task.kind = task.kind, task.state = "FAILURE", task.age_ms = self.age(), error, "the task has used up its tries");
        if receive_count(self.message) >= MAX_TRIES {
            // Visible at once: the next receive moves it to the dead-letter queue.
            return Ok(Fate::Keep(Some(SignedDuration::ZERO)));
        }
        Ok(bury(self.app, self.message).await)
    }

    fn tasks(&self) -> Tasks<'_> {
        Tasks(self.app.store())
    }

    /// The milliseconds since the task was to be done.
    fn age(&self) -> u64 {
        let task = self.task();
        let due = task.run_at.unwrap_or(task.created_at);
        u64::try_from(self.app.now().duration_since(due).as_millis()).unwrap_or_default()
    }

    fn task(&self) -> &Task {
        &self.claimed.task
    }
}
