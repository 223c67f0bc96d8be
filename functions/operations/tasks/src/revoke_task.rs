use api::{
    Answer, ApiError, App, Authenticated, Caller, Endpoint, ErrorCode, Errors, PUBLIC_KEYS, PathId,
    RequestInfo, endpoint,
};
use axum::extract::State;
use kernel::id::TaskId;
use operations::actions::TASK_REVOKED;
use serde::Serialize;
use store::{Revoked, Tasks};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::own_task::own_task;

pub const ENDPOINT: Endpoint = endpoint!(revoke_task)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[TASK_FINISHED]);

/// 409: nothing is left to be called off.
pub const TASK_FINISHED: ErrorCode =
    ErrorCode::conflict("task_finished", "The task is finished already.")
        .when("the task that is to be called off is finished; with its `status`");

/// A task that was called off.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedTask {
    /// The id of the task.
    task_id: Uuid,
    /// `REVOKED`, or `STARTED` while its worker has not heard of it.
    #[schema(example = "REVOKED")]
    status: &'static str,
    /// Whether it is still being worked on, until its worker looks.
    stopping: bool,
}

/// Call a task of the caller's off.
///
/// One that waits never runs, however late its moment is. One that is being worked on stops when its kind next looks, at the
/// latest before its next try.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/revoke", tag = "tasks",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The task's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 200, description = "It is called off", body = RevokedTask), Errors)
)]
pub async fn revoke_task(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Caller>,
    info: RequestInfo,
    PathId(id): PathId<TaskId>,
) -> Answer<axum::Json<RevokedTask>> {
    own_task(&app, caller.user_id, id).await?;

    let audit = info.audit(&app, TASK_REVOKED).by(caller.user_id).on(id);
    let revoked = Tasks(app.store()).revoke(id, &audit).await?;
    answer(id, revoked)
}

/// What a call is told that called a task off.
pub(crate) fn answer(id: TaskId, revoked: Revoked) -> Answer<axum::Json<RevokedTask>> {
    let body = |status, stopping| {
        Ok(axum::Json(RevokedTask {
            task_id: id.uuid(),
            status,
            stopping,
        }))
    };
    match revoked {
        Revoked::Now => body("REVOKED", false),
        Revoked::Stopping => body("STARTED", true),
        Revoked::Finished(state) => {
            Err(ApiError::from(TASK_FINISHED).with("status", &state.as_str()))
        }
        Revoked::Unknown => Err(ApiError::not_found()),
    }
}
