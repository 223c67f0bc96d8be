use accounts::actions;
use accounts::files::FileKey;
use accounts::jobs::{EXPORT_LIFETIME, ExportAccount};
use api::{
    Answer, ApiError, App, Authenticated, Caller, Endpoint, ErrorCode, Errors, PUBLIC_KEYS, PathId,
    RequestInfo, ShownSecret, endpoint,
};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::audit::Object;
use kernel::id::TaskId;
use kernel::task::TaskState;
use serde::Serialize;
use store::{AuditLog, Tasks};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(show_export)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .refusing(&[EXPORT_PENDING]);

/// The task that makes the copy goes on.
const EXPORT_PENDING: ErrorCode =
    ErrorCode::conflict("export_pending", "The copy is not ready yet.")
        .when("the copy is not ready yet");

/// The time for which an address of the file is good: it is followed at once, and whoever sees it can fetch all of
/// somebody's data.
const ADDRESS_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// The place where the copy can be fetched.
#[derive(Debug, Serialize, ToSchema)]
pub struct Export {
    /// The address to fetch it from, once or more, without any token.
    #[schema(
        value_type = String,
        example = "https://files.example.com/exports/…?X-Amz-Signature=…"
    )]
    url: ShownSecret,
    /// The number of seconds for which the address will be valid. Another can be asked for.
    #[schema(example = 300)]
    expires_in: i64,
}

/// Show where a copy of the caller's data is.
///
/// For 24 hours after it was asked for. 409 `export_pending` until it is ready; somebody else's is the same 404 as one that
/// never was.
#[utoipa::path(
    get, path = "/api/v1/users/me/exports/{id}", tag = "users",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The copy's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 200, description = "Where it is", body = Export), Errors)
)]
pub async fn show_export(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Caller>,
    info: RequestInfo,
    PathId(id): PathId<TaskId>,
) -> Answer<axum::Json<Export>> {
    let user_id = caller.user_id;
    let found = Tasks(app.store()).lookup(id).await?;
    let own = found.filter(|row| row.task.input_of() == Some(ExportAccount { user_id }));
    let row = own.ok_or_else(ApiError::not_found)?;
    let is_over = app.now() >= row.task.created_at + EXPORT_LIFETIME;
    match row.state {
        _ if is_over => return Err(ApiError::not_found()),
        TaskState::Success => {}
        TaskState::Pending | TaskState::Started | TaskState::Retry => {
            return Err(EXPORT_PENDING.into());
        }
        TaskState::Failure | TaskState::Revoked => return Err(ApiError::not_found()),
    }

    let filename = format!("kinwise-{}.json", row.task.created_at.strftime("%Y-%m-%d"));
    let key = FileKey::Export(user_id, id);
    let url = app
        .files()
        .presign_get(&key, &filename, ADDRESS_LIFETIME)
        .await?;
    let audit = info
        .audit(&app, actions::EXPORT_FETCHED)
        .by(user_id)
        .on(Object::of("export", id));
    AuditLog(app.store()).add(&audit).await?;
    Ok(axum::Json(Export {
        url: url.into(),
        expires_in: ADDRESS_LIFETIME.as_secs(),
    }))
}
