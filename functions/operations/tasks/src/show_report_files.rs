use api::{
    Answer, ApiError, App, Endpoint, ErrorCode, Errors, PUBLIC_KEYS, PathId, Permitted,
    RequestInfo, ShownSecret, endpoint,
};
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use kernel::id::TaskId;
use kernel::task::TaskState;
use operations::actions::REPORT_FETCHED;
use operations::jobs::WriteReport;
use operations::permissions::ReadReports;
use operations::report::{REPORT_LIFETIME, ReportFile, ReportKey};
use serde::Serialize;
use store::{AuditLog, TaskRow, Tasks};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(show_report_files)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[REPORT_PENDING]);

/// The task that writes the report goes on.
const REPORT_PENDING: ErrorCode =
    ErrorCode::conflict("report_pending", "The report is not ready yet.")
        .when("the report is not ready yet");

/// The time for which an address of a file is good: it is followed at once, and whoever sees it can fetch the file.
const ADDRESS_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// A file of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportFileBody {
    /// The name of the file, as it is saved.
    #[schema(example = "kinwise-tasks-2026-11.pdf")]
    name: String,
    /// What it is made of.
    #[schema(example = "application/pdf")]
    content_type: &'static str,
    /// The address to fetch it from, once or more, without any token.
    #[schema(
        value_type = String,
        example = "https://files.example.com/reports/…?X-Amz-Signature=…"
    )]
    url: ShownSecret,
}

/// The place where the files of a report can be fetched.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportFiles {
    /// The files: a PDF file to be read, and the same as CSV files.
    files: Vec<ReportFileBody>,
    /// The number of seconds for which the addresses will be valid. Others can be asked for.
    #[schema(example = 300)]
    expires_in: i64,
    /// The moment at which the files are deleted (RFC 3339, UTC).
    #[schema(example = "2026-12-01T12:00:00Z")]
    available_until: String,
}

/// Show where the files of a report are.
///
/// For 24 hours after it was written. 409 `report_pending` until then; somebody else's is the same 404 as one that never was.
#[utoipa::path(
    get, path = "/api/v1/tasks/{id}/files", tag = "tasks",
    security(("bearer" = ["reports:read"])),
    params(("id" = String, Path, description = "The task's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 200, description = "Where they are", body = ReportFiles), Errors)
)]
pub async fn show_report_files(
    caller: Permitted<ReadReports>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<TaskId>,
) -> Answer<axum::Json<ReportFiles>> {
    let found = Tasks(app.store()).lookup(id).await?;
    let own = found.filter(|row| row.task.owner == Some(caller.user_id));
    let row = own.ok_or_else(ApiError::not_found)?;
    let asked: WriteReport = row.task.input_of().ok_or_else(ApiError::not_found)?;
    let until = available_until(&row, app.now())?;

    let audit = info.audit(&app, REPORT_FETCHED).by(caller.user_id).on(id);
    AuditLog(app.store()).add(&audit).await?;
    let mut files = Vec::new();
    for file in ReportFile::ALL {
        let owner = caller.user_id;
        let key = ReportKey {
            owner,
            task_id: id,
            file,
        };
        let name = file.name(asked.report, asked.month);
        let url = app
            .files()
            .presign_get(&key, &name, ADDRESS_LIFETIME)
            .await?;
        files.push(ReportFileBody {
            name,
            content_type: file.content_type(),
            url: url.into(),
        });
    }
    Ok(axum::Json(ReportFiles {
        files,
        expires_in: ADDRESS_LIFETIME.as_secs(),
        available_until: until.to_string(),
    }))
}

/// The moment until which the files of a report can be fetched.
fn available_until(row: &TaskRow, now: Timestamp) -> Answer<Timestamp> {
    match row.state {
        TaskState::Pending | TaskState::Started | TaskState::Retry => Err(REPORT_PENDING.into()),
        TaskState::Failure | TaskState::Revoked => Err(ApiError::not_found()),
        TaskState::Success => {
            let until = row.finished_at.map(|at| at + REPORT_LIFETIME);
            let until = until.filter(|until| now < *until);
            until.ok_or_else(ApiError::not_found)
        }
    }
}
