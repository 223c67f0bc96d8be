//! What owners and operators do with a task, and what sets right what was lost.

use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use kernel::id::TaskId;
use kernel::task::{DEAD_LETTERS, Happening, RETENTION, Task, TaskState};

use super::record::{Step, TaskRow};
use super::{Tasks, is_in, keys, name};
use crate::attempts::Attempts;
use crate::condition::{absent, equals};
use crate::error::StoreError;
use crate::table::TASKS;
use crate::transaction::{Committed, Transaction};
use crate::update::{Changed, Update};
use crate::value::{millis, seconds};

/// What became of the wish to call a task off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// It will never run.
    Now,
    /// A worker has it, and is told to stop.
    Stopping,
    /// It was finished before.
    Finished(TaskState),
    /// There is no such task.
    Unknown,
}

/// What became of the wish to try a task again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// The retry is recorded.
    Asked,
    /// Somebody was faster: this is the retry.
    AskedBefore(TaskId),
    /// It has not failed.
    NotFailed(TaskState),
    /// What it was to be done with is not kept.
    Forgotten,
}

/// What is done about a task of which nothing was heard for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Its worker died at the last try, or no message of it ever came: it is given up.
    GiveUp,
    /// Its message is lost: it gets another one.
    SendAgain,
}

/// The time after the end of a lease after which the task's message ought to have come back: it is hidden for three minutes.
const LEASE_GRACE: SignedDuration = SignedDuration::from_mins(15);

/// The time that a task may wait for its message: a stream keeps a new task for a day.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// The number of messages that are sent anew for a task, one a day, before it is given up. A queue keeps a message for four
/// days, so by then none of them was taken.
const MOST_RESENT: u32 = 3;

impl TaskRow {
    /// The moment since which the task could be done, if it is not finished and that moment has come.
    pub fn due_since(&self, now: Timestamp) -> Option<Timestamp> {
        let due = self.not_before.unwrap_or(self.task.created_at);
        (!self.state.is_final() && due <= now).then_some(due)
    }

    /// What is to be done about the task, if nothing was heard of it for too long.
    pub fn remedy(&self, now: Timestamp) -> Option<Remedy> {
        if self.state == TaskState::Started {
            let is_over = self
                .lease_until
                .is_none_or(|until| until + LEASE_GRACE <= now);
            return is_over.then_some(Remedy::GiveUp);
        }
        let moved_at = self.moved_at.unwrap_or(self.task.created_at);
        let waits_since = self.not_before.unwrap_or(moved_at).max(moved_at);
        if self.state.is_final() || waits_since + LONGEST_WAIT > now {
            return None;
        }
        Some(if self.resent < MOST_RESENT {
            Remedy::SendAgain
        } else {
            Remedy::GiveUp
        })
    }
}

impl Tasks<'_> {
    /// Calls a task off. One that waits never runs; a worker that has it is told so when it next looks.
    pub async fn revoke(&self, id: TaskId, audit: &Entry) -> Result<Revoked, StoreError> {
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let Some(row) = self.lookup(id).await? else {
                return Ok(Revoked::Unknown);
            };
            let (update, revoked) = match row.state {
                state if state.is_final() => return Ok(Revoked::Finished(state)),
                TaskState::Started => (self.calling_off(id), Revoked::Stopping),
                _ => (self.revoking(&row, audit.at), Revoked::Now),
            };
            let committed = Transaction::new("revoke a task")
                .with("task", update.in_transaction())
                .audited(audit)
                .commit(self.0)
                .await?;
            if matches!(committed, Committed::Yes) {
                return Ok(revoked);
            }
        }
        Err(StoreError::kept_changing("revoke a task"))
    }

    /// Records a retry of a task that failed, once: pressed twice, it is one. The dead letter of the task, if there is one, has no
    /// effect any more.
    pub async fn try_again(
        &self,
        failed: &TaskRow,
        retry: &Task,
        audit: &Entry,
    ) -> Result<Again, StoreError> {
        if failed.state != TaskState::Failure {
            return Ok(Again::NotFailed(failed.state));
        }
        if failed.task.input.is_null() {
            return Ok(Again::Forgotten);
        }
        let update = Update::of(self.0.table(TASKS), keys::task(failed.task.id))
            .set("retried_by", retry.id.to_string())
            .remove(["redrivable", "redriven"])
            .when(is_in(&[TaskState::Failure]).and(absent("retried_by")));
        let committed = Transaction::new("try a task again")
            .with("task", update.in_transaction())
            .with("retry", self.write(retry))
            .audited(audit)
            .commit(self.0)
            .await?;
        if matches!(committed, Committed::Yes) {
            return Ok(Again::Asked);
        }
        let now = self.lookup(failed.task.id).await?;
        let retried_by = now.as_ref().and_then(|row| row.retried_by);
        Ok(match (retried_by, now) {
            (Some(retry), _) => Again::AskedBefore(retry),
            (None, row) => Again::NotFailed(row.map_or(TaskState::Failure, |row| row.state)),
        })
    }

    /// Lets a task be taken again that has used up its tries: its dead letter is to be sent back. False if nothing is to be done
    /// with it any more.
    pub async fn redrive(&self, id: TaskId) -> Result<bool, StoreError> {
        let update = Update::of(self.0.table(TASKS), keys::task(id))
            .set("redriven", true)
            .when(equals("redrivable", true));
        let changed = update.apply(self.0, "redrive a task").await?;
        Ok(matches!(changed, Changed::Now(_)))
    }

    /// Gives up a task as it was looked at. False if something happened to it meanwhile.
    ///
    /// It may be tried again by a dead letter: a worker that died at the last try leaves one.
    pub async fn give_up(
        &self,
        row: &TaskRow,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let happening = if row.is_called_off {
            Happening::Stop
        } else {
            Happening::GiveUp
        };
        let state = happening.transition().to;
        let update = self
            .ending(row, state, Some(reason), now)
            .set("ttl", seconds(now + DEAD_LETTERS))
            .set("redrivable", state == TaskState::Failure)
            .set("last_error", reason)
            .set("tries", 0)
            .remove(["lease_until", "not_before"])
            .when(is_in(&[row.state]).and(equals("fence", row.fence)));
        let changed = update.apply(self.0, "give a task up").await?;
        Ok(matches!(changed, Changed::Now(_)))
    }

    /// Notes that a message is sent anew for a task. False if something happened to it meanwhile.
    pub async fn resend(&self, row: &TaskRow, now: Timestamp) -> Result<bool, StoreError> {
        let update = Update::of(self.0.table(TASKS), keys::task(row.task.id))
            .count_from(0, "resent")
            .set("moved_at", millis(now))
            .when(is_in(&[row.state]).and(equals("fence", row.fence)));
        let changed = update.apply(self.0, "send a task again").await?;
        Ok(matches!(changed, Changed::Now(_)))
    }

    /// The change that calls off a task that waits.
    fn revoking(&self, row: &TaskRow, now: Timestamp) -> Update<'_> {
        let revoke = Happening::Revoke.transition();
        self.ending(row, revoke.to, None, now)
            .set("ttl", seconds(now + RETENTION))
            .remove(["not_before"])
            .when(is_in(revoke.from))
    }

    /// The change that tells a worker to stop.
    fn calling_off(&self, id: TaskId) -> Update<'_> {
        Update::of(self.0.table(TASKS), keys::task(id))
            .set("called_off", true)
            .when(is_in(Happening::Stop.transition().from))
    }

    /// The change that ends a task that no worker has.
    fn ending(
        &self,
        row: &TaskRow,
        state: TaskState,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Update<'_> {
        let step = Step {
            at: now,
            state,
            attempt: row.attempts,
            reason: reason.map(str::to_owned),
        };
        Update::of(self.0.table(TASKS), keys::task(row.task.id))
            .set("state", name(state))
            .set("moved_at", millis(now))
            .set("finished_at", now.to_string())
            .set(
                "list_pk",
                keys::list(row.task.id, state, row.task.created_at),
            )
            .append("timeline", [step.to_text()])
    }
}
