use api::{
    Answer, ApiError, App, Endpoint, ErrorCode, Errors, PUBLIC_KEYS, PathId, Permitted,
    RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::id::TaskId;
use operations::actions::TASK_RETRIED;
use operations::permissions::ManageTasks;
use serde::Serialize;
use store::{Again, Tasks};
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(retry_task).reading(&[PUBLIC_KEYS]).refusing(&[
    TASK_NOT_FAILED,
    TASK_RETRIED_BEFORE,
    INPUT_FORGOTTEN,
]);

/// 409: only what failed can be tried again.
const TASK_NOT_FAILED: ErrorCode =
    ErrorCode::conflict("task_not_failed", "The task has not failed.")
        .when("the task that is to be tried again has not failed; with its `status`");

/// 409: somebody was faster.
const TASK_RETRIED_BEFORE: ErrorCode =
    ErrorCode::conflict("task_retried_before", "The task is tried again already.")
        .when("the task was tried again before; with the `task_id` of that retry");

/// 409: there is nothing to try it with.
const INPUT_FORGOTTEN: ErrorCode = ErrorCode::conflict(
    "task_input_forgotten",
    "What the task was to be done with is not kept: it held an address.",
)
.when("what the task was to be done with is not kept, since it held an address");

/// A retry that was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetriedTask {
    /// The id of the new task.
    task_id: Uuid,
    /// The id of the task that it is a retry of.
    retry_of: Uuid,
    /// `PENDING`.
    #[schema(example = "PENDING")]
    status: &'static str,
}

/// Try a task that failed again.
///
/// A new task with the same input, which has up to four tries of its own. Of a task there is one retry, however often this is
/// called; a retry that failed can be tried again itself. The dead letter of the task has no effect any more.
#[utoipa::path(
    post, path = "/api/v1/admin/tasks/{id}/retry", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("id" = String, Path, description = "The task's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 202, description = "Recorded", body = RetriedTask), Errors)
)]
pub async fn retry_task(
    caller: Permitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<TaskId>,
) -> Answer<(StatusCode, axum::Json<RetriedTask>)> {
    let tasks = Tasks(app.store());
    let failed = tasks.lookup(id).await?.ok_or_else(ApiError::not_found)?;

    let now = app.now();
    let retry_id = TaskId::new(now, &mut app.random());
    let retry = failed.task.clone().again(retry_id, now);
    let audit = info.audit(&app, TASK_RETRIED).by(caller.user_id).on(id);
    match tasks.try_again(&failed, &retry, &audit).await? {
        Again::Asked => {}
        Again::AskedBefore(before) => {
            return Err(ApiError::from(TASK_RETRIED_BEFORE).with("task_id", &before.uuid()));
        }
        Again::NotFailed(state) => {
            return Err(ApiError::from(TASK_NOT_FAILED).with("status", &state.as_str()));
        }
        Again::Forgotten => return Err(INPUT_FORGOTTEN.into()),
    }
    let body = RetriedTask {
        task_id: retry_id.uuid(),
        retry_of: id.uuid(),
        status: "PENDING",
    };
    Ok((StatusCode::ACCEPTED, axum::Json(body)))
}
