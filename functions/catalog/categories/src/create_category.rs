use answers::SLUG_TAKEN;
use answers::category_fields::{CategoryFields, Wanted, place};
use api::{
    Answer, App, Endpoint, Errors, Fields, Json, PUBLIC_KEYS, Permitted, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::actions::CATEGORY_CREATED;
use catalog::category::{Category, CategoryId, Tree, TreeChange};
use catalog::permissions::ManageCatalog;
use catalog::slug::Slug;
use kernel::audit::Object;

use crate::category_body::CategoryBody;
use crate::write::{Decision, write};

pub const ENDPOINT: Endpoint = endpoint!(create_category)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("POST", "/api/categories")])
    .beside(&["GET", "HEAD"])
    .refusing(&[SLUG_TAKEN]);

/// Make a category.
///
/// A slug that is made from the name has a part of the id behind it where another category has it.
#[utoipa::path(
    post, path = "/api/v1/categories", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    request_body = CategoryFields,
    responses((status = 201, description = "The category", body = CategoryBody), Errors)
)]
pub async fn create_category(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<CategoryFields>,
) -> Answer<(StatusCode, axum::Json<CategoryBody>)> {
    let mut fields = Fields::default();
    let Some(wanted) = body.read(&mut fields) else {
        return Err(fields.into_error());
    };

    let id = CategoryId::new(app.now(), &mut app.random());
    let audit = info.audit(&app, CATEGORY_CREATED).by(caller.user_id);
    let audit = audit.on(Object::of("category", id));
    let category = write(&app, |tree| {
        let category = category(&app, id, &wanted, tree)?;
        let change = TreeChange::Add(category.clone());
        Ok(Decision {
            answer: category,
            change: Some((change, Some(audit.clone()))),
        })
    });
    let category = category.await?;
    Ok((StatusCode::CREATED, axum::Json((&category).into())))
}

/// The category that is wanted, as it fits into the tree.
fn category(app: &App, id: CategoryId, wanted: &Wanted, tree: &Tree) -> Answer<Category> {
    let mut fields = Fields::default();
    place(tree, id, wanted.parent, &mut fields);
    let slug = match &wanted.slug {
        Some(slug) => Some(slug.clone()),
        None => match Slug::of(&wanted.name) {
            Some(slug) if tree.find(&slug).is_some() => Some(slug.told_apart(id)),
            Some(slug) => Some(slug),
            None => {
                fields.reject("slug", "Enter one: this name has no letter to make it of.");
                None
            }
        },
    };
    match slug.filter(|_| fields.is_empty()) {
        Some(slug) => Ok(Category {
            id,
            name: wanted.name.clone(),
            slug,
            description: wanted.description.clone(),
            parent: wanted.parent,
            is_active: wanted.is_active,
            created_at: app.now(),
        }),
        None => Err(fields.into_error()),
    }
}
