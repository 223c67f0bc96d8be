//! A task as its owner sees it.

use api::{Answer, ApiError, App};
use kernel::id::{TaskId, UserId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{TaskResult, TaskRow, TaskWithResult, Tasks};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType};
use uuid::Uuid;

use crate::timeline::{TaskProgress, TaskStep, timeline};

/// A task.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskBody {
    /// The id of the task.
    task_id: Uuid,
    /// The kind of the task.
    #[serde(rename = "type")]
    #[schema(example = "add")]
    kind: String,
    /// `PENDING`, `STARTED`, `RETRY`, `SUCCESS`, `FAILURE` or `REVOKED`.
    #[schema(example = "SUCCESS")]
    status: &'static str,
    /// Whether it was called off and has not stopped yet.
    stopping: bool,
    /// What it was asked with.
    #[schema(value_type = std::collections::BTreeMap<String, Value>, example = json!({"x": 5, "y": 3}))]
    parameters: Value,
    /// What it gave. Null until it is done, and when the result has expired.
    #[schema(schema_with = any_result)]
    result: Value,
    /// Whether the result was not fetched in time.
    result_expired: bool,
    /// The reason why the last try failed.
    #[schema(example = "The number is too large.")]
    error: Option<String>,
    /// The number of tries so far.
    #[schema(example = 1)]
    attempts: u32,
    /// How far the work is, where its kind tells.
    progress: Option<TaskProgress>,
    /// The moment before which it is not done (RFC 3339, UTC), where one was given.
    #[schema(example = "2026-12-24T18:00:00Z")]
    run_at: Option<String>,
    /// The moment at which it was asked for (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    created_at: String,
    /// The moment of the first try.
    #[schema(example = "2026-11-30T12:00:00.2Z")]
    started_at: Option<String>,
    /// The moment at which it was finished.
    #[schema(example = "2026-11-30T12:00:00.3Z")]
    finished_at: Option<String>,
    /// The task of which this is a retry, had by an operator.
    retry_of: Option<Uuid>,
    /// What happened to it, from the first to the last.
    timeline: Vec<TaskStep>,
}

/// What a result looks like: each kind has its own.
fn any_result() -> Object {
    let example = json!(8);
    ObjectBuilder::new()
        .schema_type(SchemaType::AnyValue)
        .description(Some(
            "What it gave. Null until it is done, and when the result has expired.",
        ))
        .examples([example])
        .build()
}

/// A task in a list, without its result and what happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskSummary {
    /// The id of the task.
    task_id: Uuid,
    /// The kind of the task.
    #[serde(rename = "type")]
    #[schema(example = "add")]
    kind: String,
    /// `PENDING`, `STARTED`, `RETRY`, `SUCCESS`, `FAILURE` or `REVOKED`.
    #[schema(example = "SUCCESS")]
    status: &'static str,
    /// The reason why the last try failed.
    #[schema(example = "The number is too large.")]
    error: Option<String>,
    /// The number of tries so far.
    #[schema(example = 1)]
    attempts: u32,
    /// How far the work is, where its kind tells.
    progress: Option<TaskProgress>,
    /// The moment before which it is not done (RFC 3339, UTC), where one was given.
    #[schema(example = "2026-12-24T18:00:00Z")]
    run_at: Option<String>,
    /// The moment at which it was asked for (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    created_at: String,
    /// The moment at which it was finished.
    #[schema(example = "2026-11-30T12:00:00.3Z")]
    finished_at: Option<String>,
}

impl TaskBody {
    pub(crate) fn of(found: TaskWithResult) -> Self {
        let TaskWithResult { row, result } = found;
        let (result, result_expired) = match result {
            Some(TaskResult::Given(value)) => (value, false),
            // DynamoDB deletes late or soon: one that is gone has expired, too.
            Some(TaskResult::Expired) => (Value::Null, true),
            None => (Value::Null, row.state == kernel::task::TaskState::Success),
        };
        let timeline = timeline(&row);
        Self {
            task_id: row.task.id.uuid(),
            status: row.state.as_str(),
            stopping: row.is_called_off && !row.state.is_final(),
            parameters: parameters(row.task.input),
            result,
            result_expired,
            error: row.last_error,
            attempts: row.attempts,
            progress: row.progress.map(TaskProgress::from),
            run_at: row.task.run_at.map(|at| at.to_string()),
            created_at: row.task.created_at.to_string(),
            started_at: row.started_at.map(|at| at.to_string()),
            finished_at: row.finished_at.map(|at| at.to_string()),
            retry_of: row.task.retry_of.map(|retried| retried.id.uuid()),
            kind: row.task.kind,
            timeline,
        }
    }
}

impl From<TaskRow> for TaskSummary {
    fn from(row: TaskRow) -> Self {
        Self {
            task_id: row.task.id.uuid(),
            status: row.state.as_str(),
            error: row.last_error,
            attempts: row.attempts,
            progress: row.progress.map(TaskProgress::from),
            run_at: row.task.run_at.map(|at| at.to_string()),
            created_at: row.task.created_at.to_string(),
            finished_at: row.finished_at.map(|at| at.to_string()),
            kind: row.task.kind,
        }
    }
}

/// Reads a task of the caller's own, with its result. Another's is not there.
pub(crate) async fn own_task(app: &App, owner: UserId, id: TaskId) -> Answer<TaskWithResult> {
    let found = Tasks(app.store()).lookup_with_result(id, app.now()).await?;
    let own = found.filter(|found| found.row.task.owner == Some(owner));
    own.ok_or_else(ApiError::not_found)
}

/// What a task was asked with, as an object.
pub(crate) fn parameters(input: Value) -> Value {
    match input {
        Value::Null => Value::Object(Map::new()),
        other => other,
    }
}
