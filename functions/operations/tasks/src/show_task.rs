use api::{Answer, ApiError, App, Endpoint, Errors, PUBLIC_KEYS, PathId, Permitted, endpoint};
use axum::extract::State;
use kernel::id::TaskId;
use operations::permissions::ReadTasks;
use store::Tasks;

use crate::all_tasks::TaskDetails;

pub const ENDPOINT: Endpoint = endpoint!(show_task).reading(&[PUBLIC_KEYS]);

/// Show a task of anybody's, with what happened to it.
///
/// What it is done with is masked, and the result that its owner may fetch is not shown.
#[utoipa::path(
    get, path = "/api/v1/admin/tasks/{id}", tag = "operations",
    security(("bearer" = ["tasks:read"])),
    params(("id" = String, Path, description = "The task's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 200, description = "The task", body = TaskDetails), Errors)
)]
pub async fn show_task(
    _: Permitted<ReadTasks>,
    State(app): State<App>,
    PathId(id): PathId<TaskId>,
) -> Answer<axum::Json<TaskDetails>> {
    let found = Tasks(app.store()).lookup(id).await?;
    let row = found.ok_or_else(ApiError::not_found)?;
    Ok(axum::Json(row.into()))
}
