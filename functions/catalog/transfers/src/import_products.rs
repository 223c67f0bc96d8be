use api::{
    Answer, App, Endpoint, Errors, Fields, IdempotencyKey, Json, Limiter, PUBLIC_KEYS, Permitted,
    RequestInfo, endpoint,
};
use axum::extract::State;
use axum::response::Response;
use catalog::actions::PRODUCTS_IMPORTED;
use catalog::jobs::ImportProducts;
use catalog::permissions::ManageCatalog;
use catalog::transfer::{Format, UploadId, UploadKey};
use jiff::SignedDuration;
use kernel::limit::{Limit, Per};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::accepted::{AcceptedTransfer, record};

pub const ENDPOINT: Endpoint = endpoint!(import_products)
    .reading(&[PUBLIC_KEYS])
    .limited(&[PER_ACCOUNT])
    .taking_key();

/// Imports that one account asks for: each may write a million products.
const PER_ACCOUNT: Limit = Limit {
    name: "product-import",
    quota: 30,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// The file that is to be imported.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ImportRequest {
    /// The upload that has the file, by its id.
    #[schema(required, example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e66")]
    #[serde(default)]
    upload_id: String,
    /// How the file is written: `csv` (UTF-8, with a line of column names) or `jsonl` (an object a line).
    #[schema(required, example = "csv")]
    #[serde(default)]
    format: String,
}

/// Make the catalogue as a file says.
///
/// A row is a category (by its slug), a product (by its SKU), or a variant of one. What is there becomes as its row says, and keeps
/// what that leaves out; what is not is made; nothing is deleted. The same file again changes nothing. A row that is refused is in
/// the task's file, with the reasons that the API would have given, and the others go on. With an `Idempotency-Key` it is
/// recorded once, however often the call comes within 24 hours.
#[utoipa::path(
    post, path = "/api/v1/product-imports", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "A new UUID for each new import, and the same for a repetition of the call.", example = "8e03978e-40d5-43e8-bc93-6894a57f9324")),
    request_body = ImportRequest,
    responses((status = 202, description = "Recorded", body = AcceptedTransfer), Errors)
)]
pub async fn import_products(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    key: Option<IdempotencyKey>,
    Json(body): Json<ImportRequest>,
) -> Answer<Response> {
    let mut fields = Fields::default();
    let id = body.upload_id.parse::<UploadId>();
    let id = fields.check("upload_id", id.map_err(|_| NO_UPLOAD));
    let format = fields.check("format", body.format.parse::<Format>());
    let (Some(upload_id), Some(format)) = (id, format) else {
        return Err(fields.into_error());
    };
    let owner = caller.user_id;
    let upload = UploadKey {
        owner,
        id: upload_id,
    };
    // Somebody else's upload has another name: it is none.
    let there = app.files().get_stretch(&upload, 0..1, None).await?;
    if there.is_none() {
        return Err(Fields::error("upload_id", NO_UPLOAD));
    }

    let task = app.task(&ImportProducts { upload_id, format }).of(owner);
    let audit = info.audit(&app, PRODUCTS_IMPORTED).by(owner).on(task.id);
    let audit = limiter.account_with(audit, &PER_ACCOUNT, owner);
    record(&app, owner, key, &task, &audit).await
}

const NO_UPLOAD: &str = "There is no such upload.";
