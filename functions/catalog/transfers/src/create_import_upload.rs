use api::{Answer, App, Endpoint, Errors, Limiter, PUBLIC_KEYS, Permitted, UploadForm, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::permissions::ManageCatalog;
use catalog::transfer::{UploadId, UploadKey};
use jiff::SignedDuration;
use kernel::limit::{Limit, Per};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(create_import_upload)
    .reading(&[PUBLIC_KEYS])
    .limited(&[PER_ACCOUNT]);

/// Uploads of one account: each may be a quarter of a gigabyte that is kept for a week.
const PER_ACCOUNT: Limit = Limit {
    name: "import-upload",
    quota: 30,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// The bytes of the largest file that is taken: a million products of some two hundred bytes.
const MAX_BYTES: u32 = 256 * 1024 * 1024;

/// The time for which a form is good: the upload must begin within it.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// Nobody opens what is uploaded, so whatever a browser takes it for is nothing to us.
const CONTENT_TYPE: &str = "application/octet-stream";

/// A form to send a file with that is to be imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportUpload {
    /// The upload's id, by which an import names it.
    upload_id: Uuid,
    #[serde(flatten)]
    form: UploadForm,
}

/// Ask for a form to upload products with.
///
/// The file goes straight to the storage, and is kept for a week. Nothing becomes of it before its import is asked for.
#[utoipa::path(
    post, path = "/api/v1/product-imports/uploads", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    responses((status = 201, description = "The form", body = ImportUpload), Errors)
)]
pub async fn create_import_upload(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    limiter: Limiter,
) -> Answer<(StatusCode, axum::Json<ImportUpload>)> {
    limiter.per_account(&PER_ACCOUNT, caller.user_id).await?;

    let id = UploadId::new(app.now(), &mut app.random());
    let key = UploadKey {
        owner: caller.user_id,
        id,
    };
    let upload = ImportUpload {
        upload_id: id.uuid(),
        form: UploadForm::sign(&app, &key, CONTENT_TYPE, MAX_BYTES, LIFETIME).await?,
    };
    Ok((StatusCode::CREATED, axum::Json(upload)))
}
