use answers::SLUG_TAKEN;
use answers::category_fields::CategoryFields;
use api::{
    Answer, ApiError, App, Endpoint, Errors, Fields, Json, PUBLIC_KEYS, PathId, Permitted,
    RequestInfo, endpoint,
};
use axum::extract::State;
use catalog::category::{Category, CategoryId};
use catalog::permissions::ManageCatalog;

use crate::category_body::CategoryBody;
use crate::change::change;

pub const ENDPOINT: Endpoint = endpoint!(replace_category)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("PUT", "/api/categories/{id}")])
    .beside(&["GET", "HEAD", "PATCH", "DELETE"])
    .refusing(&[SLUG_TAKEN]);

/// Write a category anew.
///
/// What is left out is as in a new one, but the slug, which stays.
#[utoipa::path(
    put, path = "/api/v1/categories/{id}", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(("id" = Uuid, Path, description = "The category")),
    request_body = CategoryFields,
    responses((status = 200, description = "The category as it is now", body = CategoryBody), Errors)
)]
pub async fn replace_category(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<CategoryId>,
    Json(body): Json<CategoryFields>,
) -> Answer<axum::Json<CategoryBody>> {
    let mut fields = Fields::default();
    let Some(wanted) = body.read(&mut fields) else {
        return Err(fields.into_error());
    };

    let changed = change(&app, &info, caller.user_id, id, |before| Category {
        name: wanted.name.clone(),
        slug: wanted.slug.clone().unwrap_or_else(|| before.slug.clone()),
        description: wanted.description.clone(),
        parent: wanted.parent,
        is_active: wanted.is_active,
        ..before.clone()
    });
    let category = changed.await?.ok_or_else(ApiError::not_found)?;
    Ok(axum::Json((&category).into()))
}
