//! What happened to a task, as answers tell it.

use serde::Serialize;
use store::{Progress, Step, TaskRow};
use utoipa::ToSchema;

/// How far work is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct TaskProgress {
    /// The parts that are done.
    #[schema(example = 12)]
    done: u64,
    /// The parts that there are.
    #[schema(example = 60)]
    total: u64,
}

impl From<Progress> for TaskProgress {
    fn from(Progress { done, total }: Progress) -> Self {
        Self { done, total }
    }
}

/// Something that happened to a task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TaskStep {
    /// The moment at which it happened (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00.123Z")]
    at: String,
    /// The state that it led to.
    #[schema(example = "STARTED")]
    status: &'static str,
    /// The number of the try that it was part of; 0 before the first.
    #[schema(example = 1)]
    attempt: u32,
    /// The reason, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "something was not available")]
    reason: Option<String>,
}

impl From<&Step> for TaskStep {
    fn from(step: &Step) -> Self {
        Self {
            at: step.at.to_string(),
            status: step.state.as_str(),
            attempt: step.attempt,
            reason: step.reason.clone(),
        }
    }
}

/// All that happened to a task, with the moment at which it was asked for at its beginning, and the try that is under way at its
/// end.
pub(crate) fn timeline(row: &TaskRow) -> Vec<TaskStep> {
    let asked = Step {
        at: row.task.created_at,
        state: kernel::task::TaskState::Pending,
        attempt: 0,
        reason: None,
    };
    let under_way = row.under_way();
    let steps = std::iter::once(&asked)
        .chain(&row.timeline)
        .chain(&under_way);
    steps.map(TaskStep::from).collect()
}
