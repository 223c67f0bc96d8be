use answers::{VariantBody, find};
use api::{
    Answer, App, Endpoint, Errors, List, MaybeCaller, NoFilters, PUBLIC_KEYS, PageBody, PageParams,
    endpoint,
};
use axum::extract::{Path, State};
use store::Page;

pub const ENDPOINT: Endpoint = endpoint!(list_variants)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["POST"]);

/// List the variants of a product.
///
/// The oldest first; inactive ones only for the product's creator and administrators.
#[utoipa::path(
    get, path = "/api/v1/products/{id}/variants", tag = "catalog",
    security((), ("bearer" = [])),
    params(("id" = String, Path, description = "The product's id or slug", example = "green-tea"), PageParams),
    responses((status = 200, description = "A page of variants", body = PageBody<VariantBody>), Errors)
)]
pub async fn list_variants(
    caller: MaybeCaller,
    State(app): State<App>,
    Path(named): Path<String>,
    List { paging, .. }: List<NoFilters>,
) -> Answer<axum::Json<PageBody<VariantBody>>> {
    let found = find(&app, &caller, &named).await?;
    let variants = found.variants(&app).await?;
    let page = Page::of_whole(variants, VariantBody::place, &paging.request)?;
    Ok(paging.body(page))
}
