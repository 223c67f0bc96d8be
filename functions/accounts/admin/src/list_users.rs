use accounts::people::People;
use accounts::permissions::ReadUsers;
use api::{
    Answer, App, Endpoint, Errors, Fields, PageBody, PageParams, Paging, Permitted, Query, endpoint,
};
use axum::extract::State;
use store::InvalidPosition;

use crate::account::ListedUser;
use crate::people_filters::ListUsers;

pub const ENDPOINT: Endpoint = endpoint!(list_users)
    .with_slash()
    .formerly(&[("GET", "/api/users"), ("GET", "/api/access/users")])
    .sampled_with(&["role", "page_size"]);

/// List accounts, or search them.
///
/// The list follows the accounts within seconds. Where few of those that a search finds fit the filters, a page may have
/// fewer entries than asked for and still a `next`.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "admin",
    security(("bearer" = ["users:read"])),
    params(ListUsers, PageParams),
    responses((status = 200, description = "A page of accounts", body = PageBody<ListedUser>), Errors)
)]
pub async fn list_users(
    _: Permitted<ReadUsers>,
    State(app): State<App>,
    Query(query): Query<ListUsers>,
    paging: Paging,
) -> Answer<axum::Json<PageBody<ListedUser>>> {
    let (filter, order) = query.read()?;

    let people = People(app.store());
    let listed = people.list(&filter, &order, &paging.request).await?;
    let listed = listed.ok_or_else(|| Fields::error("page", InvalidPosition))?;

    Ok(paging.body(listed.page.map(ListedUser::from)))
}
