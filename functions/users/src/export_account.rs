use api::{Answer, App, Caller, Endpoint, Errors, Limiter, RequestInfo, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::Action;
use domain::limit::{Limit, Per};
use domain::task::Work;
use jiff::SignedDuration;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(export_account).limited(&[PER_ACCOUNT]);

/// Copies of one account: each reads all that is known of it. Two, so that one that went wrong can be asked for again.
const PER_ACCOUNT: Limit = Limit {
    name: "export-account",
    quota: 2,
    window: SignedDuration::from_hours(24),
    per: Per::Account,
};

/// The copy is being made.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedExport {
    /// Its id.
    export_id: Uuid,
    /// What happens next.
    #[schema(example = "A copy of your data is being made. We will mail you when it is ready.")]
    message: &'static str,
}

/// Ask for a copy of all of the caller's data.
///
/// A mail says when it is ready. It can be fetched for 24 hours. At most 2 a day and account.
#[utoipa::path(
    post, path = "/api/v1/users/me/export/", tag = "users",
    security(("bearer" = [])),
    responses((status = 202, description = "Recorded", body = RequestedExport), Errors)
)]
pub async fn export_account(
    State(app): State<App>,
    caller: Caller,
    limiter: Limiter,
    info: RequestInfo,
) -> Answer<(StatusCode, axum::Json<RequestedExport>)> {
    limiter.per_account(&PER_ACCOUNT, caller.user.id).await?;

    let user_id = caller.user.id;
    let task = app.task(Work::ExportAccount { user_id });
    let audit = app.audit(
        Action::ExportRequested,
        Some(user_id),
        format!("export/{}", task.id),
        &info.origin(),
    );
    let tasks = app.store().tasks();
    tasks
        .request("ask for a copy of all data", &task, &audit)
        .await?;

    let requested = RequestedExport {
        export_id: task.id.uuid(),
        message: "A copy of your data is being made. We will mail you when it is ready.",
    };
    Ok((StatusCode::ACCEPTED, axum::Json(requested)))
}
