use answers::{ProductBody, find};
use api::{Answer, App, Endpoint, Errors, MaybeCaller, PUBLIC_KEYS, Version, endpoint};
use axum::extract::{Path, State};

pub const ENDPOINT: Endpoint = endpoint!(get_product)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("GET", "/api/products/{id}")])
    .beside(&["PUT", "PATCH", "DELETE"]);

/// Get a product.
///
/// With its variants, and what there is of each. The `ETag` is of what can be changed, and is what `If-Match` takes. An inactive
/// product is a 404 but for its creator and administrators.
#[utoipa::path(
    get, path = "/api/v1/products/{id}", tag = "catalog",
    security((), ("bearer" = [])),
    params(("id" = String, Path, description = "The product's id or slug", example = "green-tea")),
    responses((status = 200, description = "The product", body = ProductBody), Errors)
)]
pub async fn get_product(
    caller: MaybeCaller,
    State(app): State<App>,
    Path(named): Path<String>,
) -> Answer<(Version, axum::Json<ProductBody>)> {
    let found = find(&app, &caller, &named).await?;
    let variants = found.variants(&app).await?;
    let body = ProductBody::of(&found.whole, variants, found.may_change);
    Ok((Version(found.whole.product.version), axum::Json(body)))
}
