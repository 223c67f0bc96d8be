use answers::variant_fields::{VariantFields, price};
use answers::{SKU_TAKEN, TOO_MANY_VARIANTS, VariantBody, read_own};
use api::{
    Answer, App, CHANGED_MEANWHILE, CallerWithRole, Endpoint, Errors, Fields, Json, PUBLIC_KEYS,
    PathId, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::actions::VARIANT_CREATED;
use catalog::product::ProductId;
use catalog::stock::Level;
use catalog::variant::{MOST_VARIANTS, Variant, VariantId, VariantOutcome, Variants};
use kernel::audit::Object;
use store::Attempts;

pub const ENDPOINT: Endpoint = endpoint!(create_variant)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["GET", "HEAD"])
    .refusing(&[SKU_TAKEN, TOO_MANY_VARIANTS]);

/// Add a variant to a product.
///
/// For the product's creator and administrators. There is nothing of it yet: its stock is filled by
/// `POST /api/v1/variants/{id}/stock/adjustments`.
#[utoipa::path(
    post, path = "/api/v1/products/{id}/variants", tag = "catalog",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The product")),
    request_body = VariantFields,
    responses((status = 201, description = "The variant", body = VariantBody), Errors)
)]
pub async fn create_variant(
    caller: CallerWithRole,
    State(app): State<App>,
    info: RequestInfo,
    PathId(product_id): PathId<ProductId>,
    Json(body): Json<VariantFields>,
) -> Answer<(StatusCode, axum::Json<VariantBody>)> {
    let mut fields = Fields::default();
    let Some(wanted) = body.read(&mut fields) else {
        return Err(fields.into_error());
    };

    let id = VariantId::new(app.now(), &mut app.random());
    let mut variant = Variant {
        id,
        name: wanted.name,
        sku: wanted.sku,
        price: None,
        attributes: wanted.attributes,
        low_stock_threshold: wanted.low_stock_threshold,
        is_active: wanted.is_active,
        in_stock: false,
        created_at: app.now(),
    };
    let audit = info.audit(&app, VARIANT_CREATED).by(caller.user_id);
    let audit = audit.on(Object::of("variant", id));
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let whole = read_own(&app, &caller, product_id).await?;
        if whole.variants.len() >= MOST_VARIANTS {
            return Err(TOO_MANY_VARIANTS.into());
        }
        let product = &whole.product;
        if let Some(text) = &wanted.price {
            let mut fields = Fields::default();
            variant.price = price(&mut fields, text, product.price.now.currency());
            if !fields.is_empty() {
                return Err(fields.into_error());
            }
        }
        let variants = Variants(app.store());
        match variants
            .add(product, &variant, caller.user_id, &audit)
            .await?
        {
            VariantOutcome::Done => {
                let body = VariantBody::of(&variant, Level::default(), true);
                return Ok((StatusCode::CREATED, axum::Json(body)));
            }
            VariantOutcome::SkuTaken => return Err(SKU_TAKEN.of_field("sku")),
            VariantOutcome::ChangedMeanwhile => {}
        }
    }
    Err(CHANGED_MEANWHILE.into())
}
