use answers::SLUG_TAKEN;
use answers::category_fields::{description, id, name};
use api::{
    Answer, ApiError, App, Endpoint, Errors, Fields, Json, PUBLIC_KEYS, Patch, PathId, Permitted,
    RequestInfo, endpoint,
};
use axum::extract::State;
use catalog::category::{Category, CategoryId};
use catalog::permissions::ManageCatalog;
use catalog::slug::Slug;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::category_body::CategoryBody;
use crate::change::change;

pub const ENDPOINT: Endpoint = endpoint!(update_category)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("PATCH", "/api/categories/{id}")])
    .beside(&["GET", "HEAD", "PUT", "DELETE"])
    .refusing(&[SLUG_TAKEN]);

/// Changes of a category. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateCategory {
    /// What it is called, in 1 to 100 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Tea", max_length = 100)]
    name: Patch<String>,
    /// Its name in addresses.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "tea", max_length = 100)]
    slug: Patch<String>,
    /// What it holds, in words; null for nothing.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Leaves from all over the world.", max_length = 2000)]
    description: Patch<String>,
    /// The id of the category that it is part of; null for the first level.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>, example = json!(null))]
    parent: Patch<String>,
    /// False hides it and all that is below it.
    #[serde(default)]
    #[schema(value_type = Option<bool>, example = true)]
    is_active: Patch<bool>,
}

/// Change a category.
#[utoipa::path(
    patch, path = "/api/v1/categories/{id}", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(("id" = Uuid, Path, description = "The category")),
    request_body = UpdateCategory,
    responses((status = 200, description = "The category as it is now", body = CategoryBody), Errors)
)]
pub async fn update_category(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(category): PathId<CategoryId>,
    Json(body): Json<UpdateCategory>,
) -> Answer<axum::Json<CategoryBody>> {
    let mut fields = Fields::default();
    let new_name = body.name.parse(&mut fields, "name", name);
    let new_name = new_name.required(&mut fields, "name");
    let slug = body.slug.parse(&mut fields, "slug", str::parse::<Slug>);
    let slug = slug.required(&mut fields, "slug");
    let text = body
        .description
        .parse(&mut fields, "description", description);
    let parent = body.parent.parse(&mut fields, "parent", id);
    let is_active = body.is_active.required(&mut fields, "is_active");
    if !fields.is_empty() {
        return Err(fields.into_error());
    }

    let changed = change(&app, &info, caller.user_id, category, |before| {
        let mut after = before.clone();
        after.name = new_name.clone().unwrap_or(after.name);
        after.slug = slug.clone().unwrap_or(after.slug);
        text.clone().apply_or_clear(&mut after.description);
        parent.apply_to(&mut after.parent);
        after.is_active = is_active.unwrap_or(after.is_active);
        after
    });
    let category: Category = changed.await?.ok_or_else(ApiError::not_found)?;
    Ok(axum::Json((&category).into()))
}
