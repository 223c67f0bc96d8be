use api::{Answer, ApiError, App, Endpoint, Errors, PUBLIC_KEYS, Permitted, RequestInfo, endpoint};
use axum::extract::{Path, State};
use kernel::audit::{Action, Object};
use operations::actions::{SCHEDULE_DISABLED, SCHEDULE_ENABLED};
use operations::permissions::ManageTasks;
use serde::Serialize;
use store::AuditLog;
use utoipa::ToSchema;
use work::schedule::Runs;

pub const ENDPOINT: Endpoint = endpoint!(enable_schedule).reading(&[PUBLIC_KEYS]);

/// A schedule that was switched on or off.
#[derive(Debug, Serialize, ToSchema)]
pub struct SwitchedSchedule {
    /// The name of the schedule.
    #[schema(example = "purge_accounts")]
    name: String,
    /// Whether it is switched on.
    enabled: bool,
}

/// Switch a schedule on.
///
/// Its next run is at its next moment; what was due while it was off is not made up for.
#[utoipa::path(
    post, path = "/api/v1/admin/schedules/{name}/enable", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("name" = String, Path, description = "The schedule's name.", example = "purge_accounts")),
    responses((status = 200, description = "It is on", body = SwitchedSchedule), Errors)
)]
pub async fn enable_schedule(
    caller: Permitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    Path(name): Path<String>,
) -> Answer<axum::Json<SwitchedSchedule>> {
    switch(&app, &info, &caller, name, SCHEDULE_ENABLED).await
}

/// Switches a schedule on or off, as the action says.
pub(crate) async fn switch(
    app: &App,
    info: &RequestInfo,
    caller: &Permitted<ManageTasks>,
    name: String,
    action: Action,
) -> Answer<axum::Json<SwitchedSchedule>> {
    let (runs, enabled) = (Runs(app.store()), action != SCHEDULE_DISABLED);
    runs.lookup(&name).await?.ok_or_else(ApiError::not_found)?;

    let audit = info.audit(app, action).by(caller.user_id);
    let audit = audit.on(Object::of("schedule", &name));
    AuditLog(app.store()).add(&audit).await?;
    if !runs.set_disabled(&name, !enabled).await? {
        return Err(ApiError::not_found());
    }
    Ok(axum::Json(SwitchedSchedule { name, enabled }))
}
