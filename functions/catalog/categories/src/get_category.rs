use api::{Answer, ApiError, App, Endpoint, Errors, endpoint};
use axum::extract::{Path, State};
use catalog::category::{Categories, Category};

use crate::category_body::CategoryBody;

pub const ENDPOINT: Endpoint = endpoint!(get_category)
    .with_slash()
    .formerly(&[("GET", "/api/categories/{id}")])
    .beside(&["PUT", "PATCH", "DELETE"]);

/// Get a category.
///
/// One that visitors do not see is a 404.
#[utoipa::path(
    get, path = "/api/v1/categories/{id}", tag = "catalog",
    params(("id" = String, Path, description = "The category's id or slug", example = "tea")),
    responses((status = 200, description = "The category, with those below it", body = CategoryBody), Errors)
)]
pub async fn get_category(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Answer<axum::Json<CategoryBody>> {
    let tree = Categories(app.store()).read().await?.tree;
    let by_id = id.parse().ok().and_then(|id| tree.get(id));
    let by_slug = || tree.find(&id.parse().ok()?);
    let category = by_id.or_else(by_slug);
    let category = category.filter(|category| tree.is_shown(category.id));
    let category = category.ok_or_else(ApiError::not_found)?;
    let is_shown = |category: &Category| tree.is_shown(category.id);
    Ok(axum::Json(CategoryBody::with_children(
        &tree, category, &is_shown,
    )))
}
