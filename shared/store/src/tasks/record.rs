//! A task as it is stored, and as it is read.

use jiff::Timestamp;
use kernel::id::{TaskId, UserId};
use kernel::job::Queue;
use kernel::task::{Retried, Task, TaskState};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::keys;

/// A task, and how far it is.
#[derive(Debug, Clone)]
pub struct TaskRow {
    /// The task that the row holds.
    pub task: Task,
    /// The state of the task.
    pub state: TaskState,
    /// The number of tries so far.
    pub attempts: u32,
    /// The reason why the last try failed.
    pub last_error: Option<String>,
    /// What came of it, in words for an operator.
    pub result: Option<String>,
    /// How far the work is, where its job tells.
    pub progress: Option<Progress>,
    /// What happened to the task so far, from the first to the last.
    pub timeline: Vec<Step>,
    /// The moment of the first try.
    pub started_at: Option<Timestamp>,
    /// The moment at which the task was finished.
    pub finished_at: Option<Timestamp>,
    /// Whether the task was called off while a worker had it.
    pub is_called_off: bool,
    /// Whether a dead letter of the task would make it be tried again.
    pub is_redrivable: bool,
    /// The retry of this task that an operator asked for.
    pub retried_by: Option<TaskId>,
    /// The moment until which a worker holds the task.
    pub(super) lease_until: Option<Timestamp>,
    /// The moment before which the next try is not made.
    pub(super) not_before: Option<Timestamp>,
    /// The moment of the last change of state.
    pub(super) moved_at: Option<Timestamp>,
    /// The number of times that a message was sent anew, because none came.
    pub(super) resent: u32,
    pub(super) fence: u32,
}

impl TaskRow {
    /// The try that is under way, which has no step in the timeline before it ends.
    pub fn under_way(&self) -> Option<Step> {
        let is_started = self.state == TaskState::Started;
        is_started.then(|| Step {
            at: self.moved_at.unwrap_or(self.task.created_at),
            state: self.state,
            attempt: self.attempts,
            reason: None,
        })
    }
}

/// How far work is: so many parts of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The number of parts that are done.
    pub done: u64,
    /// The number of parts that there are.
    pub total: u64,
}

/// Something that happened to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The moment at which it happened.
    pub at: Timestamp,
    /// The state that it led to.
    pub state: TaskState,
    /// The number of the try that it was part of; 0 before the first.
    pub attempt: u32,
    /// The reason, where there is one. Never an address, a code or a token.
    pub reason: Option<String>,
}

/// The longest reason that a step keeps, in characters: an item that outgrows a kilobyte costs twice.
const MAX_REASON: usize = 120;

impl Step {
    /// The step in one text: an item has some of them, and pays by its size.
    pub(super) fn to_text(&self) -> String {
        let (at, state) = (self.at.as_millisecond(), self.state.as_str());
        let text = format!("{at} {state} {}", self.attempt);
        match &self.reason {
            Some(reason) => {
                let reason: String = reason.chars().take(MAX_REASON).collect();
                format!("{text} {reason}")
            }
            None => text,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let (at, state, attempt) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            at: Timestamp::from_millisecond(at.parse().ok()?).ok()?,
            state: state.parse().ok()?,
            attempt: attempt.parse().ok()?,
            reason: parts.next().map(str::to_owned),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    id: TaskId,
    kind: String,
    input: Value,
    queue: Queue,
    pub(super) state: TaskState,
    pub(super) attempts: u32,
    /// Claims since the task was asked for or last came back from the dead letters.
    #[serde(default)]
    pub(super) tries: u32,
    /// Claims so far; never falls.
    pub(super) fence: u32,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_of: Option<Retried>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retried_by: Option<TaskId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lease_until: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) not_before: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) started_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) progress: Option<Progress>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) timeline: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) called_off: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) redrivable: bool,
    #[serde(default, skip_serializing_if = "is_zero")]
    resent: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner_pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list_pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list_sk: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a field over by reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a field over by reference"
)]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

impl Record {
    /// A task that nothing has happened to.
    pub(super) fn of(task: &Task) -> Self {
        let not_before = task.run_at.map(Timestamp::as_millisecond);
        Self {
            id: task.id,
            kind: task.kind.clone(),
            input: task.input.clone(),
            queue: task.queue.clone(),
            state: TaskState::Pending,
            attempts: 0,
            tries: 0,
            fence: 0,
            created_at: task.created_at,
            owner: task.owner,
            run_at: task.run_at,
            retry_of: task.retry_of,
            retried_by: None,
            lease_until: None,
            not_before,
            moved_at: None,
            started_at: None,
            finished_at: None,
            progress: None,
            timeline: Vec::new(),
            called_off: false,
            redrivable: false,
            resent: 0,
            last_error: None,
            result: None,
            owner_pk: task.owner.map(keys::owner),
            list_pk: Some(keys::open(task.id)),
            list_sk: Some(keys::place(task.id, task.created_at)),
        }
    }
}

impl From<Record> for Task {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            kind: record.kind,
            input: record.input,
            queue: record.queue,
            created_at: record.created_at,
            owner: record.owner,
            run_at: record.run_at,
            retry_of: record.retry_of,
        }
    }
}

impl From<Record> for TaskRow {
    fn from(record: Record) -> Self {
        let moment =
            |millis: Option<i64>| millis.and_then(|at| Timestamp::from_millisecond(at).ok());
        let steps = record.timeline.iter();
        Self {
            state: record.state,
            attempts: record.attempts,
            last_error: record.last_error.clone(),
            result: record.result.clone(),
            progress: record.progress,
            timeline: steps.filter_map(|text| Step::read(text)).collect(),
            started_at: moment(record.started_at),
            finished_at: record.finished_at,
            is_called_off: record.called_off,
            is_redrivable: record.redrivable,
            retried_by: record.retried_by,
            lease_until: moment(record.lease_until),
            not_before: moment(record.not_before),
            moved_at: moment(record.moved_at),
            resent: record.resent,
            fence: record.fence,
            task: record.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_as_it_was_written() {
        for reason in [None, Some("SES asks to slow down"), Some("")] {
            let step = Step {
                at: "2026-03-01T12:00:00.123Z".parse().unwrap(),
                state: TaskState::Retry,
                attempt: 2,
                reason: reason.map(str::to_owned),
            };
            assert_eq!(Step::read(&step.to_text()), Some(step));
        }
        assert_eq!(Step::read("yesterday STARTED 1"), None);
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let step = Step {
            at: Timestamp::UNIX_EPOCH,
            state: TaskState::Failure,
            attempt: 1,
            reason: Some("é".repeat(500)),
        };
        let read = Step::read(&step.to_text()).unwrap();
        assert_eq!(read.reason, Some("é".repeat(MAX_REASON)));
    }
}
