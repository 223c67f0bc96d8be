//! How a worker takes a task.

use jiff::{SignedDuration, Timestamp};
use kernel::id::TaskId;
use kernel::task::{Happening, Task, TaskState};

use super::record::{Progress, Record};
use super::{Tasks, is_in, keys, name};
use crate::condition::{absent, at_most, equals};
use crate::error::StoreError;
use crate::item::from_item;
use crate::table::TASKS;
use crate::update::{Changed, Update};
use crate::value::millis;

/// What a worker gets when it asks for a task.
#[derive(Debug)]
pub enum Claim {
    /// The task is the worker's, until the lease ends.
    Claimed(Box<Claimed>),
    /// Another worker holds the task until then, or its next try is not due before.
    Held(Timestamp),
    /// Its tries are used up, and no operator has it tried again: the message is one too many, and a dead letter.
    Dead,
    /// Nothing is left to do.
    Finished(TaskState),
    /// There is no such task.
    Unknown,
}

/// A task in a worker's hands.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The task that was claimed.
    pub task: Task,
    /// The number of this try, from 1.
    pub attempt: u32,
    /// The number of this try since the task was asked for, or last came back from the dead letters, from 1.
    pub tries: u32,
    /// How far the tries before this one came, where the job tells.
    pub progress: Option<Progress>,
    /// Whether the task was called off while the worker before this one had it.
    pub is_called_off: bool,
    /// The moment of this claim.
    pub(super) at: Timestamp,
    /// The number of steps in the timeline.
    pub(super) steps: usize,
    /// The number of this claim: a worker that has lost its lease can change nothing any more.
    pub(super) fence: u32,
}

impl Tasks<'_> {
    /// Takes a task for as long as `lease`. A message delivered twice finds it held or finished.
    ///
    /// A task that failed only because its tries were used up may be taken again once an operator has had its dead letter sent
    /// back ([`redrive`](Tasks::redrive)).
    pub async fn claim(
        &self,
        id: TaskId,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Claim, StoreError> {
        let attempt = "claim a task";
        let is_due = absent("not_before").or(at_most("not_before", millis(now)));
        let is_waiting = is_in(&[TaskState::Pending, TaskState::Retry]).and(is_due);
        // What lets go of a task takes its lease away, and a claim that it may be redriven.
        let lease_is_over = at_most("lease_until", millis(now));
        let is_redriven = equals("redriven", true);
        let claim = Update::of(self.0.table(TASKS), keys::task(id))
            .set("state", name(Happening::Claim.transition().to))
            .set("lease_until", millis(now + lease))
            .set("list_pk", keys::open(id))
            .set("moved_at", millis(now))
            .set_if_absent("started_at", millis(now))
            .add("attempts", 1)
            .count_from(0, "tries")
            .add("fence", 1)
            .remove(["ttl", "finished_at", "redrivable", "redriven", "not_before"])
            .when(is_waiting.or(lease_is_over).or(is_redriven));
        match claim.apply(self.0, attempt).await? {
            Changed::Now(item) => {
                let record: Record = from_item(item, attempt)?;
                Ok(Claim::Claimed(Box::new(Claimed::of(record, now))))
            }
            Changed::Not(None) => Ok(Claim::Unknown),
            Changed::Not(Some(item)) => Ok(refused(&from_item(item, attempt)?, now)),
        }
    }
}

impl Claimed {
    fn of(record: Record, now: Timestamp) -> Self {
        Self {
            attempt: record.attempts,
            tries: record.tries,
            progress: record.progress,
            is_called_off: record.called_off,
            at: now,
            steps: record.timeline.len(),
            fence: record.fence,
            task: record.into(),
        }
    }
}

/// Why a task could not be claimed.
fn refused(record: &Record, now: Timestamp) -> Claim {
    let until = match record.state {
        TaskState::Started => record.lease_until,
        TaskState::Pending | TaskState::Retry => record.not_before,
        TaskState::Success | TaskState::Failure | TaskState::Revoked => None,
    };
    match until {
        None if record.redrivable => Claim::Dead,
        Some(until) => Claim::Held(Timestamp::from_millisecond(until).unwrap_or(now)),
        None => Claim::Finished(record.state),
    }
}
