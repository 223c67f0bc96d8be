use answers::category_fields::{id, place};
use api::{
    Answer, ApiError, App, CHANGED_MEANWHILE, Endpoint, ErrorCode, Errors, Fields, PUBLIC_KEYS,
    PathId, Permitted, RequestInfo, endpoint,
};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use catalog::actions::CATEGORY_DELETED;
use catalog::category::{Categories, CategoryId, Tree, TreeChange};
use catalog::permissions::ManageCatalog;
use catalog::product::{Members, MoveOutcome};
use jiff::{SignedDuration, Timestamp};
use kernel::audit::{Entry, Object};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::write::{Decision, write};

pub const ENDPOINT: Endpoint = endpoint!(delete_category)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("DELETE", "/api/categories/{id}")])
    .beside(&["GET", "HEAD", "PUT", "PATCH"])
    .refusing(&[CATEGORY_NOT_EMPTY, MOVE_UNFINISHED]);

/// 409: something is in it.
const CATEGORY_NOT_EMPTY: ErrorCode = ErrorCode::conflict(
    "category_not_empty",
    "The category is not empty. Say where to move what is in it.",
)
.when(
    "the category has others below it, or products, and the call does not say where to move them",
);

/// 409: there is more in it than one call moves.
const MOVE_UNFINISHED: ErrorCode = ErrorCode::conflict(
    "move_unfinished",
    "Not all that is in the category is moved yet. Send the same again.",
)
.when("a category with thousands of products is moved in several calls: the same again goes on");

/// The time for which a call moves products: well within the ten seconds that it has.
const MOVES_FOR: SignedDuration = SignedDuration::from_secs(6);

/// The time for which no product comes into a category that a call is deleting: longer than the call can take.
const CLOSED_FOR: SignedDuration = SignedDuration::from_secs(60);

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
    while !move_children(&app, category, move_to).await? {}
    if move_to.is_none() && !Members(app.store()).is_empty(category).await? {
        return Err(CATEGORY_NOT_EMPTY.into());
    }

    let categories = Categories(app.store());
    let closed = app.now() + CLOSED_FOR;
    if !categories.close(category, app.now(), closed).await? {
        return Err(CHANGED_MEANWHILE.into());
    }
    let removed = remove(&app, category, move_to, closed, &audit).await;
    if removed.is_err() {
        categories.open(category, closed).await?;
    }
    removed.map(|()| StatusCode::NO_CONTENT)
}

/// Moves some of the categories below one. True once there are none.
async fn move_children(app: &App, id: CategoryId, move_to: Option<CategoryId>) -> Answer<bool> {
    write(app, |tree| {
        tree.get(id).ok_or_else(ApiError::not_found)?;
        if let Some(to) = move_to {
            fits(tree, id, to)?;
        }
        if tree.below(Some(id)).is_empty() {
            return Ok(Decision {
                answer: true,
                change: None,
            });
        }
        let to = move_to.ok_or(CATEGORY_NOT_EMPTY)?;
        let change = TreeChange::MoveSome { from: id, to };
        Ok(Decision {
            answer: false,
            change: Some((change, None)),
        })
    })
    .await
}

/// Removes a category that no product can come into any more, once those that are in it are moved.
async fn remove(
    app: &App,
    id: CategoryId,
    move_to: Option<CategoryId>,
    closed: Timestamp,
    audit: &Entry,
) -> Answer<()> {
    let members = Members(app.store());
    match move_to {
        None if members.is_empty(id).await? => {}
        None => return Err(CATEGORY_NOT_EMPTY.into()),
        Some(to) => {
            let started = app.now();
            loop {
                match members.move_some(id, to, app.now()).await? {
                    MoveOutcome::Empty => break,
                    MoveOutcome::Closed => return Err(CHANGED_MEANWHILE.into()),
                    MoveOutcome::Moved | MoveOutcome::ChangedMeanwhile => {}
                }
                if app.now().duration_since(started) > MOVES_FOR {
                    return Err(MOVE_UNFINISHED.into());
                }
            }
        }
    }
    write(app, |tree| {
        let category = tree.get(id).ok_or_else(ApiError::not_found)?;
        if !tree.below(Some(id)).is_empty() {
            return Err(CATEGORY_NOT_EMPTY.into());
        }
        let change = TreeChange::Remove {
            category: category.clone(),
            closed,
        };
        Ok(Decision {
            answer: (),
            change: Some((change, Some(audit.clone()))),
        })
    })
    .await
}

/// Checks that all below a category may stand below another.
fn fits(tree: &Tree, from: CategoryId, to: CategoryId) -> Answer<()> {
    let mut fields = Fields::default();
    for child in tree.below(Some(from)) {
        place(tree, child.id, Some(to), &mut fields);
    }
    // It is the parameter that is wrong.
    if to == from || tree.get(to).is_none() || !fields.is_empty() {
        return Err(Fields::error(
            "move_to",
            "What is in the category cannot be moved there.",
        ));
    }
    Ok(())
}
