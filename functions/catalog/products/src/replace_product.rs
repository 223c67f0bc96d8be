use answers::product_fields::{ProductFields, categories};
use answers::{ProductBody, SKU_TAKEN, SLUG_TAKEN};
use api::{
    Answer, App, CHANGED_SINCE, CallerWithRole, Endpoint, Errors, Fields, IfMatch, Json,
    PUBLIC_KEYS, PathId, RequestInfo, endpoint,
};
use axum::extract::State;
use catalog::product::ProductId;

use crate::change::{Changed, change};

pub const ENDPOINT: Endpoint = endpoint!(replace_product)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("PUT", "/api/products/{id}")])
    .beside(&["GET", "HEAD", "PATCH", "DELETE"])
    .refusing(&[SLUG_TAKEN, SKU_TAKEN, CHANGED_SINCE]);

/// Write a product anew.
///
/// For its creator and administrators. What is left out is as in a new one, but the slug, which stays.
#[utoipa::path(
    put, path = "/api/v1/products/{id}", tag = "catalog",
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The product"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the state that is to be changed; another one is not.", example = "\"7\""),
    ),
    request_body = ProductFields,
    responses((status = 200, description = "The product as it is now", body = ProductBody), Errors)
)]
pub async fn replace_product(
    caller: CallerWithRole,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<ProductId>,
    seen: IfMatch,
    Json(body): Json<ProductFields>,
) -> Answer<Changed> {
    let mut fields = Fields::default();
    let Some(wanted) = body.read(&mut fields) else {
        return Err(fields.into_error());
    };

    change(&app, &info, &caller, (id, &seen), |before, tree| {
        let mut fields = Fields::default();
        let wanted = wanted.clone();
        let Some(categories) = categories(&mut fields, tree, &wanted.categories) else {
            return Err(fields.into_error());
        };
        Ok(wanted.over(before.clone(), categories))
    })
    .await
}
