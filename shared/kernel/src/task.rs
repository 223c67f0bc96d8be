//! Tasks: pieces of work that are not a request, as tables and queues hold them.
//!
//! A task is recorded in the transaction of what it follows from, and done later by the [`Job`] of its kind.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::TaskId;
use crate::job::{Job, Queue};

/// Times a message is received before it goes to the dead-letter queue: one try and three retries.
pub const MAX_RECEIVES: u32 = 4;

/// The time for which a finished task is kept for an operator to look at.
pub const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The time for which a task is kept whose message is a dead letter: as long as the queue keeps that.
pub const DEAD_LETTERS: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The state of a task. The names are those of the system this one replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskState {
    /// The task waits for its first try.
    Pending,
    /// A worker has claimed the task.
    Started,
    /// The task waits for its next try.
    Retry,
    /// The task is done.
    Success,
    /// The task is given up.
    Failure,
    /// The task is called off.
    Revoked,
}

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
        }
    }

    /// Reads the input as a job's. `None` if the task is another job's, or its input cannot be read.
    pub fn input_of<J: Job>(&self) -> Option<J> {
        let is_own = self.kind == J::KIND;
        is_own
            .then(|| serde_json::from_value(self.input.clone()).ok())
            .flatten()
    }
}
