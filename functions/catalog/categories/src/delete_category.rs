use api::{
    Answer, ApiError, App, Endpoint, ErrorCode, Errors, Fields, PUBLIC_KEYS, PathId, Permitted,
    RequestInfo, endpoint,
};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use catalog::actions::CATEGORY_DELETED;
use catalog::category::{CategoryId, Tree, TreeChange};
use catalog::permissions::ManageCatalog;
use kernel::audit::Object;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::category_fields::{id, place};
use crate::write::{Decision, write};

pub const ENDPOINT: Endpoint = endpoint!(delete_category)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["GET", "HEAD"])
    .refusing(&[CATEGORY_NOT_EMPTY]);

/// 409: something is in it.
const CATEGORY_NOT_EMPTY: ErrorCode = ErrorCode::conflict(
    "category_not_empty",
    "The category is not empty. Say where to move what is in it.",
)
.when("the category has others below it, and the call does not say where to move them");

/// What is to become of what is in it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteCategory {
    /// The id of the category that takes what is in it.
    #[param(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    move_to: Option<String>,
}

/// Delete a category.
///
/// One that is not empty only with `move_to`: then what is in it is moved first, and a call that breaks off can be made again.
#[utoipa::path(
    delete, path = "/api/v1/categories/{id}", tag = "catalog",
    security(("bearer" = ["catalog:manage"])),
    params(("id" = Uuid, Path, description = "The category"), DeleteCategory),
    responses((status = 204, description = "Deleted"), Errors)
)]
pub async fn delete_category(
    caller: Permitted<ManageCatalog>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(category): PathId<CategoryId>,
    Query(query): Query<DeleteCategory>,
) -> Answer<StatusCode> {
    let move_to = query.move_to.filter(|id| !id.is_empty());
    let move_to = move_to.map(|text| id(&text).map_err(|error| Fields::error("move_to", error)));
    let move_to = move_to.transpose()?;

    let audit = info.audit(&app, CATEGORY_DELETED).by(caller.user_id);
    let audit = audit.on(Object::of("category", category));
    loop {
        let is_gone = write(&app, |tree| {
            let found = tree.get(category).ok_or_else(ApiError::not_found)?;
            if tree.below(Some(category)).is_empty() {
                let change = TreeChange::Remove(found.clone());
                return Ok(Decision {
                    answer: true,
                    change: Some((change, Some(audit.clone()))),
                });
            }
            let to = move_to.ok_or(CATEGORY_NOT_EMPTY)?;
            fits(tree, category, to)?;
            let change = TreeChange::MoveSome { from: category, to };
            Ok(Decision {
                answer: false,
                change: Some((change, None)),
            })
        });
        if is_gone.await? {
            return Ok(StatusCode::NO_CONTENT);
        }
    }
}

/// Checks that all below a category may stand below another.
fn fits(tree: &Tree, from: CategoryId, to: CategoryId) -> Answer<()> {
    let mut fields = Fields::default();
    for child in tree.below(Some(from)) {
        place(tree, child.id, Some(to), &mut fields);
    }
    // It is the parameter that is wrong.
    if to == from || !fields.is_empty() {
        return Err(Fields::error(
            "move_to",
            "What is in the category cannot be moved there.",
        ));
    }
    Ok(())
}
