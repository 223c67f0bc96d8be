use api::{
    Answer, ApiError, App, Begun, CHANGED_MEANWHILE, Endpoint, ErrorCode, Errors, Fields,
    IdempotencyKey, Json, Once, PUBLIC_KEYS, PathId, Permitted, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use catalog::actions::STOCK_ADJUSTED;
use catalog::permissions::ManageCatalog;
use catalog::stock::{Cause, MOST_PIECES, Reason, Stock, StockOutcome};
use catalog::variant::VariantId;
use kernel::audit::{Change, Object};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(adjust_stock)
    .reading(&[PUBLIC_KEYS])
    .taking_key()
    .refusing(&[TOO_FEW_PIECES, TOO_MANY_PIECES]);

/// 409: there are not as many pieces.
const TOO_FEW_PIECES: ErrorCode = ErrorCode::conflict(
    "too_few_pieces",
    "There are not as many pieces as would be taken away.",
);

/// 409: there would be more pieces than a stock holds.
const TOO_MANY_PIECES: ErrorCode = ErrorCode::conflict(
    "too_many_pieces",
    "A stock holds 1,000,000,000 pieces at most.",
);

/// A change of a stock.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AdjustStock {
    /// The number of pieces that are added, or, less than 0, taken away.
    #[schema(required, example = 40, minimum = -1_000_000_000, maximum = 1_000_000_000)]
    #[serde(default)]
    delta: i64,
    /// The reason, in 1 to 200 characters.
    #[schema(required, example = "Delivery 2026-118", max_length = 200)]
    #[serde(default)]
    reason: String,
}

/// A change of a stock that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockAdjustment {
    /// The variant.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e44")]
    variant_id: Uuid,
    /// The number of pieces that were added or taken away.
    #[schema(example = 40)]
    delta: i64,
    /// The reason.
    #[schema(example = "Delivery 2026-118")]
    reason: String,
    /// When it was made (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    made_at: String,
}

/// Add pieces to a stock, or take them away.
///
/// Never more than there are, whoever else takes some at the same time. With the same `Idempotency-Key` it is done once.
#[utoipa::path(
    post, path = "/api/v1/variants/{id}/stock/adjustments", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(
        ("id" = Uuid, Path, description = "The variant"),
        ("Idempotency-Key" = String, Header, description = "A new UUID for each new change, and the same for a repetition of the call.", example = "8e03978e-40d5-43e8-bc93-6894a57f9324"),
    ),
    request_body = AdjustStock,
    responses((status = 201, description = "The change", body = StockAdjustment), Errors)
)]
pub async fn adjust_stock(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<VariantId>,
    key: IdempotencyKey,
    Json(body): Json<AdjustStock>,
) -> Answer<Response> {
    let mut fields = Fields::default();
    if body.delta == 0 || body.delta.unsigned_abs() > MOST_PIECES {
        let reason = "Enter a number from -1,000,000,000 to 1,000,000,000, and not 0.";
        fields.reject("delta", reason);
    }
    let reason = fields.check("reason", body.reason.parse::<Reason>());
    let Some(reason) = reason.filter(|_| fields.is_empty()) else {
        return Err(fields.into_error());
    };

    let once = match key.begin(&app, caller.user_id).await? {
        Begun::First(once) => once,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let cause = Cause {
        reason: reason.as_str().to_owned(),
        by: Some(caller.user_id),
        at: app.now(),
    };
    let answer = StockAdjustment {
        variant_id: id.uuid(),
        delta: body.delta,
        reason: cause.reason.clone(),
        made_at: cause.at.to_string(),
    };
    let kept = once.finish(&app, StatusCode::CREATED, &answer);
    let change = Change {
        field: "delta".to_owned(),
        before: String::new(),
        after: body.delta.to_string(),
    };
    let audit = info.audit(&app, STOCK_ADJUSTED).by(caller.user_id);
    let audit = audit
        .on(Object::of("variant", id))
        .with_changes(vec![change]);
    let outcome = Stock(app.store())
        .adjust(id, body.delta, &cause, &kept, &audit)
        .await;
    let adjusted = outcome.map_err(ApiError::from).and_then(|outcome| {
        Err(match outcome {
            StockOutcome::Done => return Ok(()),
            StockOutcome::TooFew => TOO_FEW_PIECES.into(),
            StockOutcome::TooMany => TOO_MANY_PIECES.into(),
            StockOutcome::Unknown => ApiError::not_found(),
            StockOutcome::Overtaken => Once::overtaken(),
            StockOutcome::ChangedMeanwhile => CHANGED_MEANWHILE.into(),
        })
    });
    once.settle(&app, adjusted).await?;
    Ok((StatusCode::CREATED, axum::Json(answer)).into_response())
}
