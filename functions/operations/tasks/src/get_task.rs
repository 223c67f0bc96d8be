use api::{Answer, App, Authenticated, Caller, Endpoint, Errors, PUBLIC_KEYS, PathId, endpoint};
use axum::extract::State;
use kernel::id::TaskId;

use crate::own_task::{TaskBody, own_task};

pub const ENDPOINT: Endpoint = endpoint!(get_task)
    .reading(&[PUBLIC_KEYS])
    .formerly(&[("GET", "/tasks/{id}")]);

/// Show a task of the caller's, with its result.
///
/// A result is kept for an hour, or as long as the installation says.
#[utoipa::path(
    get, path = "/api/v1/tasks/{id}", tag = "tasks",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The task's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 200, description = "The task", body = TaskBody), Errors)
)]
pub async fn get_task(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Caller>,
    PathId(id): PathId<TaskId>,
) -> Answer<axum::Json<TaskBody>> {
    let found = own_task(&app, caller.user_id, id).await?;
    Ok(axum::Json(TaskBody::of(found)))
}
