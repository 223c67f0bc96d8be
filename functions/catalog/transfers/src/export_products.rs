use api::{
    Answer, App, Endpoint, Errors, Fields, IdempotencyKey, Json, Limiter, PUBLIC_KEYS, Permitted,
    RequestInfo, endpoint,
};
use axum::extract::State;
use axum::response::Response;
use catalog::actions::PRODUCTS_EXPORTED;
use catalog::jobs::ExportProducts;
use catalog::permissions::ManageCatalog;
use catalog::transfer::Format;
use jiff::SignedDuration;
use kernel::limit::{Limit, Per};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::accepted::{AcceptedTransfer, record};

pub const ENDPOINT: Endpoint = endpoint!(export_products)
    .reading(&[PUBLIC_KEYS])
    .limited(&[PER_ACCOUNT])
    .taking_key();

/// Exports that one account asks for: each reads the whole catalogue.
const PER_ACCOUNT: Limit = Limit {
    name: "product-export",
    quota: 30,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// The file that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ExportRequest {
    /// How the file is to be written: `csv` or `jsonl`.
    #[schema(required, example = "csv")]
    #[serde(default)]
    format: String,
}

/// Have the whole catalogue written into a file.
///
/// Categories, products and their variants, active or not, as `POST /api/v1/product-imports` takes them again. Stocks and images are
/// not in it. In a CSV file an apostrophe stands before whatever a spreadsheet would compute; an import takes it off again.
#[utoipa::path(
    post, path = "/api/v1/product-exports", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "A new UUID for each new export, and the same for a repetition of the call.", example = "8e03978e-40d5-43e8-bc93-6894a57f9325")),
    request_body = ExportRequest,
    responses((status = 202, description = "Recorded", body = AcceptedTransfer), Errors)
)]
pub async fn export_products(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    key: Option<IdempotencyKey>,
    Json(body): Json<ExportRequest>,
) -> Answer<Response> {
    let format = body.format.parse::<Format>();
    let format = format.map_err(|error| Fields::error("format", error))?;

    let owner = caller.user_id;
    let task = app.task(&ExportProducts { format }).of(owner);
    let audit = info.audit(&app, PRODUCTS_EXPORTED).by(owner).on(task.id);
    let audit = limiter.account_with(audit, &PER_ACCOUNT, owner);
    record(&app, owner, key, &task, &audit).await
}
