use api::{
    Answer, App, Endpoint, Errors, List, NoFilters, PUBLIC_KEYS, PageBody, PageParams, Permitted,
    endpoint,
};
use axum::extract::State;
use catalog::permissions::ManageCatalog;
use catalog::stock::{LowStock, LowVariant};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(list_low_stock).reading(&[PUBLIC_KEYS]);

/// A variant of which there are few left.
#[derive(Debug, Serialize, ToSchema)]
pub struct LowStockRow {
    /// The variant.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e44")]
    variant_id: Uuid,
    /// The product that it is a variant of.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33")]
    product_id: Uuid,
    /// The name of the variant.
    #[schema(example = "250 g")]
    name: String,
    /// Its stock keeping unit.
    #[schema(example = "TEA-GREEN-250")]
    sku: String,
    /// The pieces that are left.
    #[schema(example = 4)]
    available: u64,
    /// The number at which there are few.
    #[schema(example = 5)]
    threshold: u32,
    /// When there came to be few (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    since: String,
}

impl From<LowVariant> for LowStockRow {
    fn from(low: LowVariant) -> Self {
        Self {
            variant_id: low.variant_id.uuid(),
            product_id: low.product_id.uuid(),
            name: low.name,
            sku: low.sku,
            available: low.available,
            threshold: low.threshold,
            since: low.since.to_string(),
        }
    }
}

/// List the variants of which there are few left.
///
/// Those that have a threshold and are at it or below, the oldest first. The list follows the stocks within seconds.
#[utoipa::path(
    get, path = "/api/v1/stock/low", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(PageParams),
    responses((status = 200, description = "A page of variants", body = PageBody<LowStockRow>), Errors)
)]
pub async fn list_low_stock(
    _: Permitted<ManageCatalog>,
    State(app): State<App>,
    List { paging, .. }: List<NoFilters>,
) -> Answer<axum::Json<PageBody<LowStockRow>>> {
    let page = LowStock(app.store()).list(&paging.request).await?;
    Ok(paging.body(page.map(LowStockRow::from)))
}
