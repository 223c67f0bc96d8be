use api::{Answer, App, Endpoint, Errors, PUBLIC_KEYS, PathId, Permitted, RequestInfo, endpoint};
use axum::extract::State;
use kernel::id::TaskId;
use operations::actions::TASK_REVOKED;
use operations::permissions::ManageTasks;
use store::Tasks;

use crate::revoke_task::{RevokedTask, TASK_FINISHED, answer};

pub const ENDPOINT: Endpoint = endpoint!(revoke_any_task)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[TASK_FINISHED]);

/// Call a task of anybody's off.
///
/// One that waits never runs. One that is being worked on stops when its kind next looks, at the latest before its next try.
#[utoipa::path(
    post, path = "/api/v1/admin/tasks/{id}/revoke", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("id" = String, Path, description = "The task's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 200, description = "It is called off", body = RevokedTask), Errors)
)]
pub async fn revoke_any_task(
    caller: Permitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<TaskId>,
) -> Answer<axum::Json<RevokedTask>> {
    let audit = info.audit(&app, TASK_REVOKED).by(caller.user_id).on(id);
    let revoked = Tasks(app.store()).revoke(id, &audit).await?;
    answer(id, revoked)
}
