use answers::product_fields::{
    categories, description, name, price, short_description, size_of, weight,
};
use answers::{ProductBody, SKU_TAKEN, SLUG_TAKEN, SizeBody};
use api::{
    Answer, App, CHANGED_SINCE, CallerWithRole, Endpoint, Errors, Fields, IfMatch, Json,
    PUBLIC_KEYS, Patch, PathId, RequestInfo, endpoint,
};
use axum::extract::State;
use catalog::category::Tree;
use catalog::product::{Attributes, Product, ProductId, TaxClass};
use catalog::sku::Sku;
use catalog::slug::Slug;
use kernel::money::Money;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::change::{Changed, change};

pub const ENDPOINT: Endpoint = endpoint!(update_product)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("PATCH", "/api/products/{id}")])
    .beside(&["GET", "HEAD", "PUT", "DELETE"])
    .refusing(&[SLUG_TAKEN, SKU_TAKEN, CHANGED_SINCE]);

/// Changes of a product. What is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct UpdateProduct {
    /// What it is called, in 1 to 200 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Green tea", max_length = 200)]
    name: Patch<String>,
    /// Its name in addresses.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "green-tea", max_length = 100)]
    slug: Patch<String>,
    /// Its stock keeping unit.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "TEA-GREEN", max_length = 64)]
    sku: Patch<String>,
    /// What it is, in words; null for nothing.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Steamed, rolled and dried.", max_length = 10000)]
    description: Patch<String>,
    /// What it is, in a line; null for nothing.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Sencha of the first harvest.", max_length = 300)]
    short_description: Patch<String>,
    /// What it costs.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "8.50")]
    price: Patch<String>,
    /// What it cost before, if that was more; null for nothing.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "9.90")]
    compare_price: Patch<String>,
    /// The currency of both (ISO 4217).
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "EUR")]
    currency: Patch<String>,
    /// Its categories, by their ids or slugs: 1 to 10.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, example = json!(["tea"]))]
    categories: Patch<Vec<String>>,
    /// What else there is to say of it, whole; null for nothing.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>, example = json!({"origin": "Uji"}))]
    attributes: Patch<Map<String, Value>>,
    /// False hides it from visitors.
    #[serde(default)]
    #[schema(value_type = Option<bool>, example = true)]
    is_active: Patch<bool>,
    /// Whether nothing has to be sent of it.
    #[serde(default)]
    #[schema(value_type = Option<bool>, example = false)]
    is_digital: Patch<bool>,
    /// What it weighs, in grams; null for nothing.
    #[serde(default)]
    #[schema(value_type = Option<u32>, example = 120, maximum = 1_000_000_000)]
    weight: Patch<u32>,
    /// How large it is; null where nobody knows.
    #[serde(default)]
    #[schema(value_type = Option<SizeBody>)]
    dimensions: Patch<SizeBody>,
    /// The rate of tax that it is sold under.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "reduced")]
    tax_class: Patch<String>,
}

/// Change a product.
///
/// For its creator and administrators.
#[utoipa::path(
    patch, path = "/api/v1/products/{id}", tag = "catalog",
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The product"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the state that is to be changed; another one is not.", example = "\"7\""),
    ),
    request_body = UpdateProduct,
    responses((status = 200, description = "The product as it is now", body = ProductBody), Errors)
)]
pub async fn update_product(
    caller: CallerWithRole,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<ProductId>,
    seen: IfMatch,
    Json(body): Json<UpdateProduct>,
) -> Answer<Changed> {
    change(&app, &info, &caller, (id, &seen), |before, tree| {
        changed(body.clone(), before, tree)
    })
    .await
}

/// The product with the changes, or what is wrong with them.
fn changed(body: UpdateProduct, before: &Product, tree: &Tree) -> Answer<Product> {
    let mut fields = Fields::default();
    let mut after = before.clone();
    let new_name = body.name.parse(&mut fields, "name", name);
    let new_name = new_name.required(&mut fields, "name");
    after.name = new_name.unwrap_or(after.name);
    let slug = body.slug.parse(&mut fields, "slug", str::parse::<Slug>);
    after.slug = slug.required(&mut fields, "slug").unwrap_or(after.slug);
    let sku = body.sku.parse(&mut fields, "sku", str::parse::<Sku>);
    after.sku = sku.required(&mut fields, "sku").unwrap_or(after.sku);
    let text = body
        .description
        .parse(&mut fields, "description", description);
    text.apply_or_clear(&mut after.description);
    let text = body
        .short_description
        .parse(&mut fields, "short_description", short_description);
    text.apply_or_clear(&mut after.short_description);

    let currency = body.currency.required(&mut fields, "currency");
    let amount = body.price.required(&mut fields, "price");
    let mut previous = before.price.before.map(Money::amount);
    body.compare_price.apply_to(&mut previous);
    let previous = previous.filter(|text| !text.trim().is_empty());
    let currency = currency.unwrap_or_else(|| before.price.now.currency().code().to_owned());
    let amount = amount.unwrap_or_else(|| before.price.now.amount());
    let price = price(&mut fields, &currency, &amount, previous.as_deref());
    after.price = price.unwrap_or(after.price);

    if let Some(named) = body.categories.required(&mut fields, "categories") {
        let found = categories(&mut fields, tree, &named);
        after.categories = found.unwrap_or(after.categories);
    }
    let attributes = body
        .attributes
        .check(&mut fields, "attributes", Attributes::check);
    attributes.apply_or_clear(&mut after.attributes);
    let is_active = body.is_active.required(&mut fields, "is_active");
    after.is_active = is_active.unwrap_or(after.is_active);
    let is_digital = body.is_digital.required(&mut fields, "is_digital");
    after.is_digital = is_digital.unwrap_or(after.is_digital);
    let weight = body.weight.check(&mut fields, "weight", weight);
    weight.apply_to(&mut after.weight);
    let size = body.dimensions.check(&mut fields, "dimensions", size_of);
    size.apply_to(&mut after.dimensions);
    let class = body
        .tax_class
        .parse(&mut fields, "tax_class", str::parse::<TaxClass>);
    let class = class.required(&mut fields, "tax_class");
    after.tax_class = class.unwrap_or(after.tax_class);
    if fields.is_empty() {
        Ok(after)
    } else {
        Err(fields.into_error())
    }
}
