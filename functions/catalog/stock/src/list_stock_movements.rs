use api::{
    Answer, ApiError, App, Endpoint, Errors, List, NoFilters, PUBLIC_KEYS, PageBody, PageParams,
    PathId, Permitted, endpoint,
};
use axum::extract::State;
use catalog::permissions::ManageCatalog;
use catalog::stock::{Movement, Movements, Stock};
use catalog::variant::VariantId;
use futures_util::future::join;
use kernel::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(list_stock_movements).reading(&[PUBLIC_KEYS]);

/// A change of a part of a stock.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockMovement {
    /// The number of the part, from 0.
    #[schema(example = 0)]
    part: u8,
    /// The number of the change among those of the part. Between two movements of a part none is missing but those in which
    /// neither number changed.
    #[schema(example = 7)]
    version: u64,
    /// The pieces that became available; less than 0, where they were taken away.
    #[schema(example = -3)]
    available_delta: i64,
    /// The pieces that became reserved; less than 0, where they were sent or given back.
    #[schema(example = 3)]
    reserved_delta: i64,
    /// The pieces of the part that were available then.
    #[schema(example = 37)]
    available: u64,
    /// The pieces of the part that were reserved then.
    #[schema(example = 3)]
    reserved: u64,
    /// The reason.
    #[schema(example = "Delivery 2026-118")]
    reason: String,
    /// The account that did it; null for the system.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e22")]
    by: Option<Uuid>,
    /// When it was done (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    at: String,
}

impl From<Movement> for StockMovement {
    fn from(movement: Movement) -> Self {
        Self {
            part: movement.part,
            version: movement.version,
            available_delta: movement.available_delta,
            reserved_delta: movement.reserved_delta,
            available: movement.available,
            reserved: movement.reserved,
            reason: movement.cause.reason,
            by: movement.cause.by.map(UserId::uuid),
            at: movement.cause.at.to_string(),
        }
    }
}

/// List the movements of a stock.
///
/// The newest first. They follow the stock within seconds, and are kept for good.
#[utoipa::path(
    get, path = "/api/v1/variants/{id}/stock/movements", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(("id" = Uuid, Path, description = "The variant"), PageParams),
    responses((status = 200, description = "A page of movements", body = PageBody<StockMovement>), Errors)
)]
pub async fn list_stock_movements(
    _: Permitted<ManageCatalog>,
    State(app): State<App>,
    PathId(id): PathId<VariantId>,
    List { paging, .. }: List<NoFilters>,
) -> Answer<axum::Json<PageBody<StockMovement>>> {
    let (movements, stock) = (Movements(app.store()), Stock(app.store()));
    let listed = Box::pin(movements.list(id, &paging.request));
    let (page, parts) = join(listed, Box::pin(stock.parts(id))).await;
    let (page, parts) = (page?, parts?);
    // What was deleted has its movements still, and what has none may have a stock.
    if page.items.is_empty() && parts.is_empty() {
        return Err(ApiError::not_found());
    }
    Ok(paging.body(page.map(StockMovement::from)))
}
