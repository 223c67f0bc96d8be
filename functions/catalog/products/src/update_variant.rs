use answers::variant_fields::{name, price};
use answers::{SKU_TAKEN, VariantBody};
use api::{
    Answer, App, CallerWithRole, Endpoint, Errors, Fields, Json, PUBLIC_KEYS, Patch, PathIds,
    RequestInfo, endpoint,
};
use axum::extract::State;
use catalog::product::{Attributes, Product, ProductId};
use catalog::sku::Sku;
use catalog::stock::Stock;
use catalog::variant::{Variant, VariantId};
use futures_util::future::try_join;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::changed_variant::change;

pub const ENDPOINT: Endpoint = endpoint!(update_variant)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["DELETE"])
    .refusing(&[SKU_TAKEN]);

/// Changes of a variant. What is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct UpdateVariant {
    /// What tells it apart from the others, in 1 to 200 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "250 g", max_length = 200)]
    name: Patch<String>,
    /// Its stock keeping unit.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "TEA-GREEN-250", max_length = 64)]
    sku: Patch<String>,
    /// What it costs, in the currency of the product; null for what the product costs.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "17.50")]
    price: Patch<String>,
    /// What else there is to say of it, whole; null for nothing.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>, example = json!({"weight": "250 g"}))]
    attributes: Patch<Map<String, Value>>,
    /// The number of pieces at which there are few left; null to hear nothing of it.
    #[serde(default)]
    #[schema(value_type = Option<u32>, example = 10)]
    low_stock_threshold: Patch<u32>,
    /// False hides it.
    #[serde(default)]
    #[schema(value_type = Option<bool>, example = true)]
    is_active: Patch<bool>,
}

/// Change a variant.
///
/// For the product's creator and administrators.
#[utoipa::path(
    patch, path = "/api/v1/products/{id}/variants/{variant_id}", tag = "catalog",
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The product"),
        ("variant_id" = Uuid, Path, description = "The variant", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e44"),
    ),
    request_body = UpdateVariant,
    responses((status = 200, description = "The variant as it is now", body = VariantBody), Errors)
)]
pub async fn update_variant(
    caller: CallerWithRole,
    State(app): State<App>,
    info: RequestInfo,
    PathIds(product_id, id): PathIds<ProductId, VariantId>,
    Json(body): Json<UpdateVariant>,
) -> Answer<axum::Json<VariantBody>> {
    let made_of = |product: &Product, before: &Variant| changed(body.clone(), product, before);
    let changed = Box::pin(change(&app, &info, &caller, (product_id, id), made_of));
    let levels = Box::pin(async { Ok(Stock(app.store()).levels(&[id]).await?) });
    let (variant, levels) = try_join(changed, levels).await?;
    let level = levels.get(&id).copied().unwrap_or_default();
    Ok(axum::Json(VariantBody::of(&variant, level, true)))
}

/// The variant with the changes, or what is wrong with them.
fn changed(body: UpdateVariant, product: &Product, before: &Variant) -> Answer<Variant> {
    let mut fields = Fields::default();
    let mut after = before.clone();
    let new_name = body.name.parse(&mut fields, "name", name);
    let new_name = new_name.required(&mut fields, "name");
    after.name = new_name.unwrap_or(after.name);
    let sku = body.sku.parse(&mut fields, "sku", str::parse::<Sku>);
    after.sku = sku.required(&mut fields, "sku").unwrap_or(after.sku);
    match body.price {
        Patch::Absent => {}
        Patch::Value(text) if !text.trim().is_empty() => {
            after.price = price(&mut fields, &text, product.price.now.currency());
        }
        Patch::Null | Patch::Value(_) => after.price = None,
    }
    let attributes = body
        .attributes
        .check(&mut fields, "attributes", Attributes::check);
    attributes.apply_or_clear(&mut after.attributes);
    body.low_stock_threshold
        .apply_to(&mut after.low_stock_threshold);
    let is_active = body.is_active.required(&mut fields, "is_active");
    after.is_active = is_active.unwrap_or(after.is_active);
    if fields.is_empty() {
        Ok(after)
    } else {
        Err(fields.into_error())
    }
}
