//! Tasks: pieces of work that are not a request, as tables and queues hold them.
//!
//! A task is recorded in the transaction of what it follows from, and done later by the [`Job`] of its kind.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod message;
mod state;

pub use message::TaskMessage;
pub use state::{Happening, TRANSITIONS, TaskState, Transition};

use crate::id::{TaskId, UserId};
use crate::job::{Job, Queue};

/// The number of tries that a task has until it is a dead letter: one try and three retries. It is also the number of times
/// that a queue gives a message, which the template says.
pub const MAX_TRIES: u32 = 4;

/// The time for which a finished task is kept for an operator to look at.
pub const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The time for which a task is kept whose message is a dead letter: as long as the queue keeps that.
pub const DEAD_LETTERS: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A piece of work: which job, with what input. Its stored form stays readable whatever becomes of the job's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The id of the task.
    pub id: TaskId,
    /// The job's name: [`Job::KIND`].
    pub kind: String,
    /// The job's input, as JSON. It holds ids; an address only where the request must not look the account up; never a
    /// secret.
    pub input: Value,
    /// The queue in which the task waits.
    pub queue: Queue,
    /// The moment at which the task was asked for.
    pub created_at: Timestamp,
    /// The account that asked for the task by itself and may see it. None of a task that follows from something else.
    pub owner: Option<UserId>,
    /// The moment before which the task is not done.
    pub run_at: Option<Timestamp>,
    /// The task of which this is a retry, asked for by an operator.
    pub retry_of: Option<Retried>,
}

/// The task that another one is a retry of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retried {
    /// The id of the task that failed.
    pub id: TaskId,
    /// The id of the first task of the chain of retries. Marks that say that work is done are made of it, so that what an earlier
    /// task has done already is not done again.
    pub origin: TaskId,
}

impl Task {
    /// Makes a task of a job's input.
    pub fn new<J: Job>(id: TaskId, job: &J, created_at: Timestamp) -> Self {
        Self {
            id,
            kind: J::KIND.to_owned(),
            input: serde_json::to_value(job).expect("a job's input is JSON"),
            queue: J::QUEUE,
            created_at,
            owner: None,
            run_at: None,
            retry_of: None,
        }
    }

    /// The same, asked for by an account, which may see it.
    #[must_use]
    pub fn of(self, owner: UserId) -> Self {
        Self {
            owner: Some(owner),
            ..self
        }
    }

    /// The same, to be done at a moment and not before.
    #[must_use]
    pub fn at(self, run_at: Option<Timestamp>) -> Self {
        Self { run_at, ..self }
    }

    /// A task that does again, with the same input, what this one did not.
    #[must_use]
    pub fn again(self, id: TaskId, now: Timestamp) -> Self {
        let retry_of = Some(Retried {
            id: self.id,
            origin: self.origin(),
        });
        Self {
            id,
            created_at: now,
            run_at: None,
            retry_of,
            ..self
        }
    }

    /// The id that stays the same over all tries and retries of the work.
    pub fn origin(&self) -> TaskId {
        self.retry_of.map_or(self.id, |retried| retried.origin)
    }

    /// Reads the input as a job's. `None` if the task is another job's, or its input cannot be read.
    pub fn input_of<J: Job>(&self) -> Option<J> {
        let is_own = self.kind == J::KIND;
        is_own
            .then(|| serde_json::from_value(self.input.clone()).ok())
            .flatten()
    }
}
