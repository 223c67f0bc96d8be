//! Work that is not a request, as it is stored. Which state follows from which is a table in [`kernel::task`]; the conditions
//! of the writes here are made of it.

mod claim;
mod keys;
mod leave;
mod list;
mod operate;
mod record;
mod tally;

pub use claim::{Claim, Claimed};
pub use leave::{End, Left, Yield};
pub use list::TaskFilter;
pub use operate::{Again, Remedy, Revoked};
pub use record::{Progress, Step, TaskRow};
pub use tally::Tally;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::id::TaskId;
use kernel::task::{Task, TaskState};
use record::Record;
use serde::Deserialize;
use serde_json::Value;

use crate::condition::{Condition, any_of};
use crate::error::StoreError;
use crate::item::{from_item, get_each, lookup};
use crate::table::TASKS;
use crate::transaction::{Committed, Transaction};
use crate::writes::add;
use crate::{Key, Store};

/// Work that is not a request. The table's stream is the outbox: whatever is added here in a transaction is sent to a queue.
pub struct Tasks<'a>(pub &'a Store);

/// A task, and what it gave its owner.
#[derive(Debug)]
pub struct TaskWithResult {
    /// The task, and how far it is.
    pub row: TaskRow,
    /// What it gave.
    pub result: Option<TaskResult>,
}

/// What a task gave its owner.
#[derive(Debug)]
pub enum TaskResult {
    /// This.
    Given(Value),
    /// It was not fetched in time.
    Expired,
}

#[derive(Deserialize)]
struct ResultRecord {
    json: String,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
}

impl Tasks<'_> {
    /// The key of a task, for a transaction that changes more than the task.
    pub fn key(id: TaskId) -> Key {
        keys::task(id)
    }

    /// The write that adds a task, for the transaction of what it is part of.
    pub fn write(&self, task: &Task) -> TransactWriteItem {
        add(self.0.table(TASKS), keys::task(task.id), &Record::of(task))
    }

    /// Records a task that an account asks for by itself, with `kept`, the write that keeps the answer of the call, if it is to have
    /// its effect once. False if that write's condition does not hold: another call was the one.
    pub async fn create(
        &self,
        task: &Task,
        kept: Option<TransactWriteItem>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let mut transaction = Transaction::new("record a task").with("task", self.write(task));
        if let Some(kept) = kept {
            transaction = transaction.with("answer", kept);
        }
        let committed = transaction.audited(audit).commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
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
        let record: Option<Record> = lookup(
            self.0,
            self.0.table(TASKS),
            keys::task(id),
            "look a task up",
        )
        .await?;
        Ok(record.map(TaskRow::from))
    }

    /// Reads a task with its state, and what it gave its owner.
    pub async fn lookup_with_result(
        &self,
        id: TaskId,
        now: Timestamp,
    ) -> Result<Option<TaskWithResult>, StoreError> {
        let attempt = "look a task and its result up";
        let keys = [keys::task(id), keys::result(id)];
        let [task, result] = get_each(self.0, TASKS, keys, attempt).await?;
        let Some(task) = task else {
            return Ok(None);
        };
        let result: Option<ResultRecord> =
            result.map(|item| from_item(item, attempt)).transpose()?;
        let row = TaskRow::from(from_item::<Record>(task, attempt)?);
        Ok(Some(TaskWithResult {
            result: result.map(|record| record.at(now)),
            row,
        }))
    }
}

impl ResultRecord {
    fn at(self, now: Timestamp) -> TaskResult {
        match serde_json::from_str(&self.json) {
            Ok(result) if now < self.expires_at => TaskResult::Given(result),
            _ => TaskResult::Expired,
        }
    }
}

/// Whether a task is in one of these states.
fn is_in(states: &[TaskState]) -> Condition {
    any_of("state", states.iter().copied().map(name).collect())
}

/// A state as it is stored.
fn name(state: TaskState) -> AttributeValue {
    AttributeValue::S(state.as_str().to_owned())
}
