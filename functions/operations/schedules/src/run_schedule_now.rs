use api::{Answer, ApiError, App, Endpoint, Errors, PUBLIC_KEYS, Permitted, RequestInfo, endpoint};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::audit::Object;
use operations::actions::SCHEDULE_RUN;
use operations::permissions::ManageTasks;
use serde::Serialize;
use serde_json::json;
use store::AuditLog;
use utoipa::ToSchema;
use work::schedule::{Runs, call};

pub const ENDPOINT: Endpoint = endpoint!(run_schedule_now).reading(&[PUBLIC_KEYS]);

/// A schedule whose function was called.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalledSchedule {
    /// The name of the schedule.
    #[schema(example = "purge_accounts")]
    name: String,
    /// A sentence that says where to look.
    #[schema(example = "It runs. The list of its runs says how it ended.")]
    message: &'static str,
}

/// Have a schedule run now, besides its own moments.
///
/// Also where it is switched off. Its work can run twice at the same time without harm.
#[utoipa::path(
    post, path = "/api/v1/admin/schedules/{name}/run", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("name" = String, Path, description = "The schedule's name.", example = "purge_accounts")),
    responses((status = 202, description = "It runs", body = CalledSchedule), Errors)
)]
pub async fn run_schedule_now(
    caller: Permitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    Path(name): Path<String>,
) -> Answer<(StatusCode, axum::Json<CalledSchedule>)> {
    let known = Runs(app.store()).lookup(&name).await?;
    let known = known.ok_or_else(ApiError::not_found)?;

    let object = Object::of("schedule", &known.name);
    let audit = info.audit(&app, SCHEDULE_RUN).by(caller.user_id).on(object);
    AuditLog(app.store()).add(&audit).await?;
    let outcome = call(&app, &known.name, &json!({ "manual": true })).await;
    outcome.map_err(ApiError::unavailable)?;
    let body = CalledSchedule {
        name,
        message: "It runs. The list of its runs says how it ended.",
    };
    Ok((StatusCode::ACCEPTED, axum::Json(body)))
}
