use api::{
    Answer, ApiError, App, Endpoint, ErrorCode, Errors, PUBLIC_KEYS, PathId, Permitted,
    RequestInfo, ShownSecret, endpoint,
};
use axum::extract::State;
use catalog::actions::TRANSFER_FETCHED;
use catalog::jobs::{ExportProducts, ImportProducts};
use catalog::permissions::ManageCatalog;
use catalog::transfer::{Format, TRANSFER_LIFETIME, TransferFile, TransferKey};
use jiff::{SignedDuration, Timestamp};
use kernel::id::TaskId;
use kernel::job::Job as _;
use kernel::task::{Task, TaskState};
use serde::Serialize;
use store::{AuditLog, TaskRow, Tasks};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(show_transfer_file)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[TRANSFER_PENDING]);

/// 409: the task that makes the file goes on.
const TRANSFER_PENDING: ErrorCode =
    ErrorCode::conflict("transfer_pending", "The file is not ready yet.")
        .when("the import or export is not done yet");

/// The time for which the address of a file is good: it is followed at once, and whoever sees it can fetch the file.
const ADDRESS_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// The place where the file of an import or an export can be fetched.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferFileBody {
    /// The name of the file, as it is saved.
    #[schema(example = "kinwise-products.csv")]
    name: String,
    /// What it is made of.
    #[schema(example = "text/csv; charset=utf-8")]
    content_type: &'static str,
    /// The address to fetch it from, once or more, without any token.
    #[schema(
        value_type = String,
        example = "https://files.example.com/transfers/…?X-Amz-Signature=…"
    )]
    url: ShownSecret,
    /// The number of seconds for which the address will be valid. Another can be asked for.
    #[schema(example = 300)]
    expires_in: i64,
    /// The moment at which the file is deleted (RFC 3339, UTC).
    #[schema(example = "2026-12-07T12:00:00Z")]
    available_until: String,
}

/// Show where the file of an import or an export is.
///
/// For seven days after it was made. That of an import has a line for each reason why a row was refused, of the first 10,000 rows
/// that were. 409 `transfer_pending` until then; somebody else's is the same 404 as one that never was.
#[utoipa::path(
    get, path = "/api/v1/product-transfers/{id}/file", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(("id" = String, Path, description = "The task's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 200, description = "Where it is", body = TransferFileBody), Errors)
)]
pub async fn show_transfer_file(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<TaskId>,
) -> Answer<axum::Json<TransferFileBody>> {
    let owner = caller.user_id;
    let found = Tasks(app.store()).lookup(id).await?;
    let own = found.filter(|row| row.task.owner == Some(owner));
    let row = own.ok_or_else(ApiError::not_found)?;
    let (name, format) = file_of(&row.task).ok_or_else(ApiError::not_found)?;
    let until = available_until(&row, app.now())?;

    let audit = info.audit(&app, TRANSFER_FETCHED).by(owner).on(id);
    AuditLog(app.store()).add(&audit).await?;
    let key = TransferKey {
        owner,
        task_id: row.task.origin(),
        file: TransferFile::Result(format),
    };
    let name = format!("kinwise-{name}.{}", format.as_str());
    let url = app
        .files()
        .presign_get(&key, &name, ADDRESS_LIFETIME)
        .await?;
    Ok(axum::Json(TransferFileBody {
        url: url.into(),
        name,
        content_type: format.content_type(),
        expires_in: ADDRESS_LIFETIME.as_secs(),
        available_until: until.to_string(),
    }))
}

/// What the file of a task is called, and how it is written; `None` where the task has none.
fn file_of(task: &Task) -> Option<(&'static str, Format)> {
    match task.kind.as_str() {
        ImportProducts::KIND => {
            let asked: ImportProducts = task.input_of()?;
            Some(("import", asked.format))
        }
        ExportProducts::KIND => {
            let asked: ExportProducts = task.input_of()?;
            Some(("products", asked.format))
        }
        _ => None,
    }
}

/// The moment until which the file of a task can be fetched.
fn available_until(row: &TaskRow, now: Timestamp) -> Answer<Timestamp> {
    match row.state {
        TaskState::Pending | TaskState::Started | TaskState::Retry => Err(TRANSFER_PENDING.into()),
        TaskState::Failure | TaskState::Revoked => Err(ApiError::not_found()),
        TaskState::Success => {
            let until = row.finished_at.map(|at| at + TRANSFER_LIFETIME);
            let until = until.filter(|until| now < *until);
            until.ok_or_else(ApiError::not_found)
        }
    }
}
