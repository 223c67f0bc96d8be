//! What lists of tasks are narrowed by, and a task as operators see it.

use api::Fields;
use jiff::Timestamp;
use kernel::task::TaskState;
use serde::Serialize;
use serde_json::Value;
use store::TaskRow;
use strum::VariantArray as _;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::timeline::{TaskProgress, TaskStep, timeline};
use operations::mask::{mask, masked};

/// A task of anybody's, as operators see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskEntry {
    /// The id of the task.
    task_id: Uuid,
    /// The kind of the task.
    #[serde(rename = "type")]
    #[schema(example = "send_welcome")]
    kind: String,
    /// The queue in which it waits.
    #[schema(example = "mail-bulk")]
    queue: String,
    /// `PENDING`, `STARTED`, `RETRY`, `SUCCESS`, `FAILURE` or `REVOKED`.
    #[schema(example = "FAILURE")]
    status: &'static str,
    /// The account that asked for it by itself, if one did.
    owner: Option<Uuid>,
    /// The reason why the last try failed, or was put off.
    #[schema(example = "SES refused the mail")]
    error: Option<String>,
    /// What came of it, in a few words.
    #[schema(example = "sent as 0100019a9f0e6b1f")]
    outcome: Option<String>,
    /// The number of tries so far.
    #[schema(example = 4)]
    attempts: u32,
    /// How far the work is, where its kind tells.
    progress: Option<TaskProgress>,
    /// Whether it was called off and has not stopped yet.
    stopping: bool,
    /// Whether a dead letter of it, sent back to its queue, would make it be tried again.
    redrivable: bool,
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
    /// The task of which it is a retry.
    retry_of: Option<Uuid>,
    /// The task that is a retry of it.
    retried_by: Option<Uuid>,
}

/// A task of anybody's with what happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskDetails {
    /// The task.
    #[serde(flatten)]
    task: TaskEntry,
    /// What it is done with. Addresses are masked, and what is named like a secret is.
    #[schema(value_type = std::collections::BTreeMap<String, Value>, example = json!({"user_id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11"}))]
    parameters: Value,
    /// What happened to it, from the first to the last.
    timeline: Vec<TaskStep>,
}

impl From<TaskRow> for TaskEntry {
    fn from(row: TaskRow) -> Self {
        Self {
            task_id: row.task.id.uuid(),
            queue: row.task.queue.to_string(),
            status: row.state.as_str(),
            owner: row.task.owner.map(kernel::id::UserId::uuid),
            error: row.last_error.as_deref().map(mask),
            outcome: row.result.as_deref().map(mask),
            attempts: row.attempts,
            progress: row.progress.map(TaskProgress::from),
            stopping: row.is_called_off && !row.state.is_final(),
            redrivable: row.is_redrivable,
            run_at: row.task.run_at.map(|at| at.to_string()),
            created_at: row.task.created_at.to_string(),
            started_at: row.started_at.map(|at| at.to_string()),
            finished_at: row.finished_at.map(|at| at.to_string()),
            retry_of: row.task.retry_of.map(|retried| retried.id.uuid()),
            retried_by: row.retried_by.map(kernel::id::TaskId::uuid),
            kind: row.task.kind,
        }
    }
}

impl From<TaskRow> for TaskDetails {
    fn from(row: TaskRow) -> Self {
        Self {
            parameters: masked(crate::own_task::parameters(row.task.input.clone())),
            timeline: timeline(&row),
            task: row.into(),
        }
    }
}

/// What was given, if it is not empty.
pub(crate) fn given(text: Option<&str>) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

/// Reads which states are wanted; none of them where all are.
pub(crate) fn states(fields: &mut Fields, field: &str, text: Option<&str>) -> Vec<TaskState> {
    let Some(text) = given(text) else {
        return Vec::new();
    };
    if text == "OPEN" {
        let all = TaskState::VARIANTS.iter().copied();
        return all.filter(|state| !state.is_final()).collect();
    }
    let state = text.parse().map_err(|_| {
        let all = TaskState::VARIANTS.iter().map(|state| state.as_str());
        let all: Vec<&str> = all.collect();
        format!("Name one of these: {}, OPEN.", all.join(", "))
    });
    fields.check(field, state).into_iter().collect()
}

/// Reads a moment.
pub(crate) fn moment(fields: &mut Fields, field: &str, text: Option<&str>) -> Option<Timestamp> {
    let moment = given(text)?.parse();
    fields.check(
        field,
        moment.map_err(|_| "Enter a moment such as 2026-11-21T12:00:00Z."),
    )
}
