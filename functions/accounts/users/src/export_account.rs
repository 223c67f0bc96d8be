use accounts::actions;
use accounts::jobs::ExportAccount;
use api::{
    Answer, App, Authenticated, Caller, Endpoint, Errors, Limiter, PUBLIC_KEYS, RequestInfo,
    endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use kernel::audit::Object;
use kernel::limit::{Limit, Per};
use serde::Serialize;
use store::Tasks;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(export_account)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .limited(&[PER_ACCOUNT]);

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
    /// The id of the export.
    export_id: Uuid,
    /// A sentence that says what happens next.
    #[schema(example = "A copy of your data is being made. We will mail you when it is ready.")]
    message: &'static str,
}

/// Ask for a copy of all of the caller's data.
///
/// A mail says when it is ready. It can be fetched for 24 hours. At most 2 a day and account.
#[utoipa::path(
    post, path = "/api/v1/users/me/export", tag = "users",
    security(("bearer" = [])),
    responses((status = 202, description = "Recorded", body = RequestedExport), Errors)
)]
pub async fn export_account(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Caller>,
    limiter: Limiter,
    info: RequestInfo,
) -> Answer<(StatusCode, axum::Json<RequestedExport>)> {
    let user_id = caller.user_id;
    let task = app.task(&ExportAccount { user_id });
    let audit = info
        .audit(&app, actions::EXPORT_REQUESTED)
        .by(user_id)
        .on(Object::of("export", task.id));
    let audit = limiter.account_with(audit, &PER_ACCOUNT, user_id);
    let tasks = Tasks(app.store());
    tasks
        .request("ask for a copy of all data", &task, &audit)
        .await?;

    let requested = RequestedExport {
        export_id: task.id.uuid(),
        message: "A copy of your data is being made. We will mail you when it is ready.",
    };
    Ok((StatusCode::ACCEPTED, axum::Json(requested)))
}
