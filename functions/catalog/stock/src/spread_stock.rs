use api::{
    Answer, ApiError, App, CHANGED_MEANWHILE, Endpoint, Errors, Fields, Json, PUBLIC_KEYS, PathId,
    Permitted, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::actions::STOCK_SPREAD;
use catalog::permissions::ManageCatalog;
use catalog::stock::{Cause, MOST_PARTS, Stock, StockOutcome};
use catalog::variant::VariantId;
use kernel::audit::{Change, Object};
use serde::Deserialize;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(spread_stock).reading(&[PUBLIC_KEYS]);

/// The parts of a stock.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SpreadStock {
    /// The number of parts, from 1 to 64.
    #[schema(required, example = 16, minimum = 1, maximum = 64)]
    #[serde(default)]
    parts: i64,
}

/// Spread a stock over parts.
///
/// To be done before a sale: one part takes some 40 orders a second, 64 of them a thousand. Back to one afterwards: each order
/// then finds the last piece at once.
#[utoipa::path(
    put, path = "/api/v1/variants/{id}/stock/parts", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(("id" = Uuid, Path, description = "The variant")),
    request_body = SpreadStock,
    responses((status = 204, description = "Spread"), Errors)
)]
pub async fn spread_stock(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<VariantId>,
    Json(body): Json<SpreadStock>,
) -> Answer<StatusCode> {
    let parts = u8::try_from(body.parts).ok();
    let parts = parts.filter(|parts| (1..=MOST_PARTS).contains(parts));
    let parts = parts.ok_or_else(|| Fields::error("parts", "Enter a number from 1 to 64."))?;

    let cause = Cause {
        reason: format!("spread over {parts} parts"),
        by: Some(caller.user_id),
        at: app.now(),
    };
    let change = Change {
        field: "parts".to_owned(),
        before: String::new(),
        after: parts.to_string(),
    };
    let audit = info.audit(&app, STOCK_SPREAD).by(caller.user_id);
    let audit = audit
        .on(Object::of("variant", id))
        .with_changes(vec![change]);
    let stock = Stock(app.store());
    match stock.spread(id, parts, &cause, &audit).await? {
        StockOutcome::Done => Ok(StatusCode::NO_CONTENT),
        StockOutcome::Unknown => Err(ApiError::not_found()),
        _ => Err(CHANGED_MEANWHILE.into()),
    }
}
