use answers::read_own;
use api::{
    Answer, App, CHANGED_MEANWHILE, CHANGED_SINCE, CallerWithRole, Endpoint, Errors, IfMatch,
    PUBLIC_KEYS, PathId, RequestInfo, Version, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::actions::PRODUCT_DELETED;
use catalog::jobs::ClearProduct;
use catalog::product::{ProductId, ProductOutcome, Products};
use kernel::audit::Object;
use store::Attempts;

pub const ENDPOINT: Endpoint = endpoint!(delete_product)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("DELETE", "/api/products/{id}")])
    .beside(&["GET", "HEAD", "PUT", "PATCH"])
    .refusing(&[CHANGED_SINCE]);

/// Delete a product.
///
/// For its creator and administrators. It is gone from lists at once, with its variants and images; orders of it stay as they
/// are.
#[utoipa::path(
    delete, path = "/api/v1/products/{id}", tag = "catalog",
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The product"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the state that is to be deleted; another one is not.", example = "\"7\""),
    ),
    responses((status = 204, description = "Deleted"), Errors)
)]
pub async fn delete_product(
    caller: CallerWithRole,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<ProductId>,
    seen: IfMatch,
) -> Answer<StatusCode> {
    let audit = info.audit(&app, PRODUCT_DELETED).by(caller.user_id);
    let audit = audit.on(Object::of("product", id));
    let task = app.task(&ClearProduct { product_id: id });

    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let product = read_own(&app, &caller, id).await?.product;
        seen.check(Version(product.version))?;
        let products = Products(app.store());
        let outcome = products
            .delete(&product, app.now(), caller.user_id, &task, &audit)
            .await?;
        if outcome == ProductOutcome::Done {
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(CHANGED_MEANWHILE.into())
}
