use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use kernel::id::TaskId;
use kernel::job::Queue;
use kernel::task::{DEAD_LETTERS, RETENTION, Task, TaskState};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::condition::{at_most, equals, one_of};
use crate::error::StoreError;
use crate::item::{from_item, lookup};
use crate::table::TASKS;
use crate::transaction::{Committed, Transaction};
use crate::update::{Changed, Update};
use crate::value::{millis, seconds};
use crate::writes::add;
use crate::{Key, Store};

/// Work that is not a request. The table's stream is the outbox: whatever is added here in a transaction is sent to a queue.
pub struct Tasks<'a>(pub &'a Store);

/// What a worker gets when it asks for a task.
#[derive(Debug)]
pub enum Claim {
    /// The task is the worker's, until the lease ends.
    Claimed(Claimed),
    /// Another worker holds the task until then.
    Held(Timestamp),
    /// Nothing is left to do.
    Finished(TaskState),
    /// There is no such task.
    Unknown,
}

/// A task in a worker's hands.
#[derive(Debug)]
pub struct Claimed {
    /// The task that was claimed.
    pub task: Task,
    /// The number of this try, from 1.
    pub attempt: u32,
    /// The number of this claim: a worker that has lost its lease can change nothing any more.
    fence: u32,
}

/// A task, and how far it is.
#[derive(Debug)]
pub struct TaskRow {
    /// The task that the row holds.
    pub task: Task,
    /// The state of the task.
    pub state: TaskState,
    /// The number of tries so far.
    pub attempts: u32,
    /// The reason why the last try failed.
    pub last_error: Option<String>,
    /// What came of it.
    pub result: Option<String>,
}

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

#[derive(Serialize, Deserialize)]
struct Record {
    id: TaskId,
    kind: String,
    input: Value,
    queue: Queue,
    state: TaskState,
    attempts: u32,
    /// Claims so far; never falls.
    fence: u32,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lease_until: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<String>,
}

impl From<Record> for Task {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            kind: record.kind,
            input: record.input,
            queue: record.queue,
            created_at: record.created_at,
        }
    }
}

impl Tasks<'_> {
    /// The key of a task, for a transaction that changes more than the task.
    pub fn key(id: TaskId) -> Key {
        Key::new(format!("TASK#{id}"), "TASK")
    }

    /// The write that adds a task, for the transaction of what it is part of.
    pub fn write(&self, task: &Task) -> TransactWriteItem {
        let record = Record {
            id: task.id,
            kind: task.kind.clone(),
            input: task.input.clone(),
            queue: task.queue.clone(),
            state: TaskState::Pending,
            attempts: 0,
            fence: 0,
            created_at: task.created_at,
            lease_until: None,
            last_error: None,
            result: None,
        };
        add(self.0.table(TASKS), Self::key(task.id), &record)
    }

    /// Records that something was asked for, and nothing else: where a request must not look an account up, the worker does.
    pub async fn request(
        &self,
        attempt: &'static str,
        task: &Task,
        audit: &Entry,
    ) -> Result<(), StoreError> {
        Transaction::new(attempt)
            .with("task", self.write(task))
            .audited(audit)
            .commit(self.0)
            .await
            .map(drop)
    }

    /// Records a task that follows from another. False if it is there: the other ran before.
    pub async fn follow_up(&self, task: &Task) -> Result<bool, StoreError> {
        let committed = Transaction::new("record what follows from a task")
            .with("task", self.write(task))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Reads a task with its state.
    pub async fn lookup(&self, id: TaskId) -> Result<Option<TaskRow>, StoreError> {
        let record: Option<Record> =
            lookup(self.0, self.0.table(TASKS), Self::key(id), "look a task up").await?;
        Ok(record.map(|record| TaskRow {
            state: record.state,
            attempts: record.attempts,
            last_error: record.last_error.clone(),
            result: record.result.clone(),
            task: record.into(),
        }))
    }

    /// Takes a task for as long as `lease`. A message delivered twice finds it held or finished.
    ///
    /// A task that failed only because its tries were used up may be taken again: its message came back from the
    /// dead-letter queue.
    pub async fn claim(
        &self,
        id: TaskId,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Claim, StoreError> {
        let attempt = "claim a task";
        let is_waiting = one_of(
            "state",
            [state(TaskState::Pending), state(TaskState::Retry)],
        );
        // What lets go of a task takes its lease away, and a claim that it may be redriven.
        let lease_is_over = at_most("lease_until", millis(now));
        let is_redriven = equals("redrivable", true);
        let claim = Update::of(self.0.table(TASKS), Self::key(id))
            .set("state", state(TaskState::Started))
            .set("lease_until", millis(now + lease))
            .add("attempts", 1)
            .add("fence", 1)
            .remove(["ttl", "finished_at", "redrivable"])
            .when(is_waiting.or(lease_is_over).or(is_redriven));
        match claim.apply(self.0, attempt).await? {
            Changed::Now(item) => {
                let record: Record = from_item(item, attempt)?;
                Ok(Claim::Claimed(Claimed {
                    attempt: record.attempts,
                    fence: record.fence,
                    task: record.into(),
                }))
            }
            Changed::Not(None) => Ok(Claim::Unknown),
            Changed::Not(Some(item)) => {
                let record: Record = from_item(item, attempt)?;
                Ok(match record.lease_until {
                    Some(until) if record.state == TaskState::Started => {
                        Claim::Held(Timestamp::from_millisecond(until).unwrap_or(now))
                    }
                    _ => Claim::Finished(record.state),
                })
            }
        }
    }

    /// The work is done. `forgets_input`: nothing of what it was done with is kept.
    pub async fn succeed(
        &self,
        claimed: &Claimed,
        result: &str,
        forgets_input: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let done = self
            .leaving(claimed, TaskState::Success)
            .set("result", result)
            .set("finished_at", now.to_string())
            .set("ttl", seconds(now + RETENTION));
        self.leave(if forgets_input {
            forget_input(done)
        } else {
            done
        })
        .await
    }

    /// Records that a try did not work and that the task will be tried again.
    pub async fn retry(&self, claimed: &Claimed, error: &str) -> Result<(), StoreError> {
        let failed = self
            .leaving(claimed, TaskState::Retry)
            .set("last_error", error);
        self.leave(failed).await
    }

    /// It was not tried at all, so the try does not count.
    pub async fn defer(&self, claimed: &Claimed, reason: &str) -> Result<(), StoreError> {
        let deferred = self
            .leaving(claimed, TaskState::Retry)
            .set("last_error", reason)
            .subtract("attempts", 1);
        self.leave(deferred).await
    }

    /// It did not work, and is not tried again unless an operator sends its message again.
    pub async fn fail(
        &self,
        claimed: &Claimed,
        error: &str,
        end: End,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // What is still to be done with its message says how long the task is of use.
        let kept = match end {
            End::Redrivable => DEAD_LETTERS,
            End::Final | End::Forgotten => RETENTION,
        };
        let failed = self
            .leaving(claimed, TaskState::Failure)
            .set("last_error", error)
            .set("finished_at", now.to_string())
            .set("ttl", seconds(now + kept))
            .set("redrivable", end == End::Redrivable);
        self.leave(match end {
            End::Forgotten => forget_input(failed),
            End::Final | End::Redrivable => failed,
        })
        .await
    }

    /// The change that lets go of a task, as far as it is the same whatever became of it.
    fn leaving(&self, claimed: &Claimed, next: TaskState) -> Update<'_> {
        let is_held = equals("state", state(TaskState::Started));
        Update::of(self.0.table(TASKS), Self::key(claimed.task.id))
            .set("state", state(next))
            .remove(["lease_until"])
            .when(is_held.and(equals("fence", claimed.fence)))
    }

    /// Lets go of a task. A worker whose lease has passed to another changes nothing, which is no fault.
    async fn leave(&self, left: Update<'_>) -> Result<(), StoreError> {
        let attempt = "record what became of a task";
        left.apply(self.0, attempt).await.map(drop)
    }
}

/// The same, which leaves nothing of the input.
fn forget_input(update: Update<'_>) -> Update<'_> {
    update.set("input", crate::AttributeValue::Null(true))
}

fn state(state: TaskState) -> aws_sdk_dynamodb::types::AttributeValue {
    serde_dynamo::to_attribute_value(state).expect("a state is a text")
}
