use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::audit::Entry;
use domain::id::TaskId;
use domain::job::Queue;
use domain::task::{RETENTION, Task, TaskState};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Store;
use crate::error::StoreError;
use crate::expression::{Change, Changed, add, bool, from_item, lookup, n, s};
use crate::keys;
use crate::transaction::Transaction;

/// Work that is not a request. The table's stream is the outbox: whatever is added here in a transaction is sent to a queue.
pub struct Tasks<'a>(pub(crate) &'a Store);

/// What a worker gets when it asks for a task.
#[derive(Debug)]
pub enum Claim {
    /// It is the worker's, until the lease ends.
    Claimed(Claimed),
    /// Another worker has it until then.
    Held(Timestamp),
    /// Nothing is left to do.
    Finished(TaskState),
    /// There is no such task.
    Unknown,
}

/// A task in a worker's hands.
#[derive(Debug)]
pub struct Claimed {
    /// The task.
    pub task: Task,
    /// This try's number, from 1.
    pub attempt: u32,
    /// Which claim this is: a worker that has lost its lease can change nothing any more.
    fence: u32,
}

/// A task, and how far it is.
#[derive(Debug)]
pub struct TaskRow {
    /// What it is.
    pub task: Task,
    /// How far it is.
    pub state: TaskState,
    /// Tries so far.
    pub attempts: u32,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// What came of it.
    pub result: Option<String>,
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
    /// The write that adds a task, for the transaction of what it is part of.
    pub(crate) fn write(&self, task: &Task) -> TransactWriteItem {
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
        add(&self.0.tables.tasks, keys::task(task.id), &record)
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
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await
            .map(drop)
    }

    /// How far a task is.
    pub async fn lookup(&self, id: TaskId) -> Result<Option<TaskRow>, StoreError> {
        let record: Option<Record> = lookup(
            self.0,
            &self.0.tables.tasks,
            keys::task(id),
            "look a task up",
        )
        .await?;
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
        let claim = Change {
            table: &self.0.tables.tasks,
            key: keys::task(id),
            update: "SET #state = :started, #lease_until = :until, #attempts = #attempts + :one, #fence = #fence + :one \
                     REMOVE #ttl, #finished_at, #redrivable",
            condition: "#state IN (:pending, :retry) OR (#state = :started AND #lease_until <= :now) \
                        OR (#state = :failure AND #redrivable = :yes)",
            values: vec![
                (":pending", state(TaskState::Pending)),
                (":retry", state(TaskState::Retry)),
                (":started", state(TaskState::Started)),
                (":failure", state(TaskState::Failure)),
                (":yes", bool(true)),
                (":one", n(1)),
                (":now", n(now.as_millisecond())),
                (":until", n((now + lease).as_millisecond())),
            ],
        };
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

    /// The work is done.
    pub async fn succeed(
        &self,
        claimed: &Claimed,
        result: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = "SET #state = :state, #result = :text, #finished_at = :at, #ttl = :ttl REMOVE #lease_until";
        let finished = [(":at", s(now)), (":ttl", n((now + RETENTION).as_second()))];
        self.leave(claimed, TaskState::Success, update, result, finished.into())
            .await
    }

    /// It did not work and will be tried again.
    pub async fn retry(&self, claimed: &Claimed, error: &str) -> Result<(), StoreError> {
        let update = "SET #state = :state, #last_error = :text REMOVE #lease_until";
        self.leave(claimed, TaskState::Retry, update, error, Vec::new())
            .await
    }

    /// It was not tried at all, so the try does not count.
    pub async fn defer(&self, claimed: &Claimed, reason: &str) -> Result<(), StoreError> {
        let update = "SET #state = :state, #last_error = :text, #attempts = #attempts - :one REMOVE #lease_until";
        self.leave(
            claimed,
            TaskState::Retry,
            update,
            reason,
            vec![(":one", n(1))],
        )
        .await
    }

    /// It did not work and will not be tried again. `redrivable`: unless an operator sends its message again.
    pub async fn fail(
        &self,
        claimed: &Claimed,
        error: &str,
        redrivable: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = "SET #state = :state, #last_error = :text, #finished_at = :at, #ttl = :ttl, #redrivable = :redrivable \
                      REMOVE #lease_until";
        let finished = vec![
            (":at", s(now)),
            (":ttl", n((now + RETENTION).as_second())),
            (":redrivable", bool(redrivable)),
        ];
        self.leave(claimed, TaskState::Failure, update, error, finished)
            .await
    }

    /// Lets go of a task. A worker whose lease has passed to another changes nothing, which is no fault.
    async fn leave(
        &self,
        claimed: &Claimed,
        next: TaskState,
        update: &str,
        text: &str,
        more: Vec<(&str, aws_sdk_dynamodb::types::AttributeValue)>,
    ) -> Result<(), StoreError> {
        let mut values = vec![
            (":state", state(next)),
            (":started", state(TaskState::Started)),
            (":fence", n(claimed.fence)),
            (":text", s(text)),
        ];
        values.extend(more);
        let leave = Change {
            table: &self.0.tables.tasks,
            key: keys::task(claimed.task.id),
            update,
            condition: "#state = :started AND #fence = :fence",
            values,
        };
        leave
            .apply(self.0, "record what became of a task")
            .await
            .map(drop)
    }
}

fn state(state: TaskState) -> aws_sdk_dynamodb::types::AttributeValue {
    serde_dynamo::to_attribute_value(state).expect("a state is a text")
}
