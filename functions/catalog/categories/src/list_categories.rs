use api::{Answer, App, Endpoint, Errors, Fields, List, PageBody, PageParams, endpoint};
use axum::extract::State;
use catalog::category::{Categories, Category};
use serde::Deserialize;
use store::Page;
use utoipa::IntoParams;

use crate::category_body::CategoryBody;

pub const ENDPOINT: Endpoint = endpoint!(list_categories)
    .with_slash()
    .formerly(&[("GET", "/api/categories")])
    .sampled_with(&["tree"])
    .beside(&["POST"]);

/// How the list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListCategories {
    /// `true` for those on the first level, each with all that is below it.
    #[param(example = "true")]
    tree: Option<String>,
}

/// List the categories.
///
/// By their names; those alone that visitors see: active ones that are part of none that is not.
#[utoipa::path(
    get, path = "/api/v1/categories", tag = "catalog",
    params(ListCategories, PageParams),
    responses((status = 200, description = "A page of categories", body = PageBody<CategoryBody>), Errors)
)]
pub async fn list_categories(
    State(app): State<App>,
    List { filter, paging }: List<ListCategories>,
) -> Answer<axum::Json<PageBody<CategoryBody>>> {
    let is_tree = match filter.tree.as_deref() {
        None | Some("" | "false") => false,
        Some("true") => true,
        Some(_) => return Err(Fields::error("tree", "Enter true or false.")),
    };

    let tree = Categories(app.store()).read().await?.tree;
    let is_shown = |category: &Category| tree.is_shown(category.id);
    let listed = if is_tree {
        tree.below(None)
    } else {
        tree.all()
    };
    let listed = listed.into_iter().filter(|category| is_shown(category));
    let place = |category: &&Category| format!("{}\u{0}{}", category.name, category.id);
    let page = Page::of_whole(listed.collect(), place, &paging.request)?;
    Ok(paging.body(page.map(|category| {
        if is_tree {
            CategoryBody::with_children(&tree, category, &is_shown)
        } else {
            category.into()
        }
    })))
}
