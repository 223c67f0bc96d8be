use api::{Answer, App, Endpoint, Errors, PUBLIC_KEYS, Permitted, RequestInfo, endpoint};
use axum::extract::{Path, State};
use operations::actions::SCHEDULE_DISABLED;
use operations::permissions::ManageTasks;

use crate::enable_schedule::{SwitchedSchedule, switch};

pub const ENDPOINT: Endpoint = endpoint!(disable_schedule).reading(&[PUBLIC_KEYS]);

/// Switch a schedule off.
///
/// A run that is under way goes on. It stays off over deployments, until somebody switches it on; an operator can have it run
/// all the same.
#[utoipa::path(
    post, path = "/api/v1/admin/schedules/{name}/disable", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("name" = String, Path, description = "The schedule's name.", example = "purge_accounts")),
    responses((status = 200, description = "It is off", body = SwitchedSchedule), Errors)
)]
pub async fn disable_schedule(
    caller: Permitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    Path(name): Path<String>,
) -> Answer<axum::Json<SwitchedSchedule>> {
    switch(&app, &info, &caller, name, SCHEDULE_DISABLED).await
}
