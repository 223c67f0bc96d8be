use answers::read_own;
use api::{
    Answer, App, CHANGED_MEANWHILE, CallerWithRole, Endpoint, Errors, PUBLIC_KEYS, PathIds,
    RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::actions::VARIANT_DELETED;
use catalog::product::ProductId;
use catalog::stock::Stock;
use catalog::variant::{VariantId, VariantOutcome, Variants};
use futures_util::future::try_join;
use kernel::audit::Object;
use store::Attempts;

use crate::changed_variant::variant_of;

pub const ENDPOINT: Endpoint = endpoint!(delete_variant)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["PATCH"]);

/// Delete a variant.
///
/// For the product's creator and administrators. Nothing of it can be ordered any more; orders of it stay as they are.
#[utoipa::path(
    delete, path = "/api/v1/products/{id}/variants/{variant_id}", tag = "catalog",
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The product"),
        ("variant_id" = Uuid, Path, description = "The variant", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e44"),
    ),
    responses((status = 204, description = "Deleted"), Errors)
)]
pub async fn delete_variant(
    caller: CallerWithRole,
    State(app): State<App>,
    info: RequestInfo,
    PathIds(product_id, id): PathIds<ProductId, VariantId>,
) -> Answer<StatusCode> {
    let audit = info.audit(&app, VARIANT_DELETED).by(caller.user_id);
    let audit = audit.on(Object::of("variant", id));
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let whole = Box::pin(read_own(&app, &caller, product_id));
        let parts = Box::pin(async { Ok(Stock(app.store()).parts(id).await?) });
        let (whole, parts) = try_join(whole, parts).await?;
        let variant = variant_of(&whole, id)?;
        let variants = Variants(app.store());
        let (product, now) = (&whole.product, app.now());
        let outcome = variants
            .remove(product, variant, &parts, caller.user_id, now, &audit)
            .await?;
        if outcome == VariantOutcome::Done {
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(CHANGED_MEANWHILE.into())
}
