//! How a worker lets go of a task, and what it tells of it meanwhile.

use jiff::{SignedDuration, Timestamp};
use kernel::task::{DEAD_LETTERS, Happening, RETENTION, TaskState};
use serde::Serialize;
use serde_json::Value;

use super::claim::Claimed;
use super::record::{Progress, Record, Step};
use super::{Tasks, is_in, keys, name};
use crate::condition::{absent, equals};
use crate::error::StoreError;
use crate::item::from_item;
use crate::table::TASKS;
use crate::transaction::{Committed, Transaction};
use crate::update::{Changed, Update};
use crate::value::{millis, nested, seconds};
use crate::writes::replace;

/// What may still become of a task that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its message is a dead letter, which an operator may send again.
    Redrivable,
    /// Nothing.
    Final,
    /// Nothing, and what it was to be done with is not kept.
    Forgotten,
}

/// What a task that is done has to show.
#[derive(Debug)]
pub struct Yield<'a> {
    /// What came of it, in words for an operator.
    pub said: &'a str,
    /// What its owner asked for, and how long that is kept.
    pub result: Option<(&'a Value, SignedDuration)>,
    /// Whether nothing is kept of what it was done with.
    pub forgets_input: bool,
}

/// Whether a worker still had the task that it let go of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It had, and what became of the task is recorded.
    Recorded,
    /// The task was called off meanwhile: it is not tried again, and nothing is recorded yet.
    CalledOff,
    /// The lease has passed to another worker, and nothing is recorded.
    Lost,
}

/// The most steps that a timeline has: a task that is put off again and again must not grow without end.
const MOST_STEPS: usize = 40;

/// The time for which a result is kept after it has expired, so that 'expired' can be told from 'none'.
const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// What a task gave its owner.
#[derive(Serialize)]
struct ResultRecord {
    /// The result as JSON: numbers in it stay as they are.
    json: String,
    expires_at: i64,
    ttl: i64,
}

impl Tasks<'_> {
    /// The work is done.
    pub async fn succeed(
        &self,
        claimed: &Claimed,
        done: &Yield<'_>,
        now: Timestamp,
    ) -> Result<Left, StoreError> {
        let update = self
            .finishing(claimed, Happening::Succeed, None, now)
            .set("result", done.said)
            .set("ttl", seconds(now + RETENTION));
        let update = forget_input(update, done.forgets_input);
        let Some((result, kept)) = done.result else {
            return self.leave(update).await;
        };
        let expires_at = now + kept;
        let record = ResultRecord {
            json: result.to_string(),
            expires_at: expires_at.as_millisecond(),
            ttl: (expires_at + GRACE).as_second(),
        };
        let (table, key) = (self.0.table(TASKS), keys::result(claimed.task.id));
        let committed = Transaction::new("record the result of a task")
            .with("task", update.in_transaction())
            .with("result", replace(table, key, &record))
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => Left::Recorded,
            Committed::No(_) => Left::Lost,
        })
    }

    /// Records that a try did not work and that the task will be tried again: after a pause, where its message does not know
    /// of that.
    pub async fn retry(
        &self,
        claimed: &Claimed,
        error: &str,
        not_before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Left, StoreError> {
        let update = self
            .leaving(claimed, Happening::TryAgain, Some(error), now)
            .set("last_error", error)
            .when(absent("called_off"));
        self.leave(put_off(update, not_before)).await
    }

    /// It was not really tried, so the try does not count.
    pub async fn defer(
        &self,
        claimed: &Claimed,
        reason: &str,
        not_before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Left, StoreError> {
        let update = self
            .moving(claimed, Happening::TryAgain, now)
            .set("last_error", reason)
            .subtract("attempts", 1)
            .subtract("tries", 1)
            .when(absent("called_off"));
        self.leave(put_off(update, not_before)).await
    }

    /// It did not work, and is not tried again unless an operator sends its message again.
    pub async fn fail(
        &self,
        claimed: &Claimed,
        error: &str,
        end: End,
        now: Timestamp,
    ) -> Result<Left, StoreError> {
        let failed = self
            .finishing(claimed, Happening::Fail, Some(error), now)
            .set("last_error", error);
        // What is still to be done with its message says how long the task is of use.
        let update = match end {
            End::Redrivable => failed
                .set("ttl", seconds(now + DEAD_LETTERS))
                .set("redrivable", true)
                .set("tries", 0)
                .when(absent("called_off")),
            End::Final | End::Forgotten => failed.set("ttl", seconds(now + RETENTION)),
        };
        self.leave(forget_input(update, end == End::Forgotten))
            .await
    }

    /// The task was called off, and its worker has stopped.
    pub async fn stop(
        &self,
        claimed: &Claimed,
        forgets_input: bool,
        now: Timestamp,
    ) -> Result<Left, StoreError> {
        let update = self
            .finishing(claimed, Happening::Stop, None, now)
            .set("ttl", seconds(now + RETENTION));
        self.leave(forget_input(update, forgets_input)).await
    }

    /// Records how far the work is. Tells the worker whether to go on.
    pub async fn progress(
        &self,
        claimed: &Claimed,
        progress: Progress,
    ) -> Result<Left, StoreError> {
        let update = Update::of(self.0.table(TASKS), keys::task(claimed.task.id))
            .set("progress", nested(&progress))
            .when(is_held(claimed).and(absent("called_off")));
        self.leave(update).await
    }

    /// The change that finishes a task.
    fn finishing(
        &self,
        claimed: &Claimed,
        happening: Happening,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Update<'_> {
        let task = &claimed.task;
        let list = keys::list(task.id, happening.transition().to, task.created_at);
        self.leaving(claimed, happening, reason, now)
            .set("finished_at", now.to_string())
            .set("list_pk", list)
    }

    /// The change that ends a try, with its steps in the timeline.
    fn leaving(
        &self,
        claimed: &Claimed,
        happening: Happening,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Update<'_> {
        let update = self.moving(claimed, happening, now);
        if claimed.steps >= MOST_STEPS {
            return update;
        }
        let step = |at, state, reason: Option<&str>| {
            let (attempt, reason) = (claimed.attempt, reason.map(str::to_owned));
            Step {
                at,
                state,
                attempt,
                reason,
            }
            .to_text()
        };
        update.append(
            "timeline",
            [
                step(claimed.at, TaskState::Started, None),
                step(now, happening.transition().to, reason),
            ],
        )
    }

    /// The change that lets go of a task, as far as it is the same whatever became of it.
    fn moving(&self, claimed: &Claimed, happening: Happening, now: Timestamp) -> Update<'_> {
        Update::of(self.0.table(TASKS), keys::task(claimed.task.id))
            .set("state", name(happening.transition().to))
            .set("moved_at", millis(now))
            .remove(["lease_until"])
            .when(is_held(claimed))
    }

    /// Lets go of a task. A worker whose lease has passed to another changes nothing, which is no fault.
    async fn leave(&self, left: Update<'_>) -> Result<Left, StoreError> {
        let attempt = "record what became of a task";
        let item = match left.apply(self.0, attempt).await? {
            Changed::Now(_) => return Ok(Left::Recorded),
            Changed::Not(item) => item,
        };
        let record: Option<Record> = item.map(|item| from_item(item, attempt)).transpose()?;
        let is_called_off =
            record.is_some_and(|record| record.called_off && record.state == TaskState::Started);
        Ok(if is_called_off {
            Left::CalledOff
        } else {
            Left::Lost
        })
    }
}

/// Whether the task is still in the hands of the worker that claimed it so.
fn is_held(claimed: &Claimed) -> crate::condition::Condition {
    let is_started = is_in(Happening::Succeed.transition().from);
    is_started.and(equals("fence", claimed.fence))
}

fn put_off(update: Update<'_>, not_before: Option<Timestamp>) -> Update<'_> {
    match not_before {
        Some(moment) => update.set("not_before", millis(moment)),
        None => update,
    }
}

/// The same, which leaves nothing of the input if that is to be forgotten.
fn forget_input(update: Update<'_>, forgets: bool) -> Update<'_> {
    if forgets {
        update.set("input", crate::AttributeValue::Null(true))
    } else {
        update
    }
}
