use accounts::people::People;
use accounts::permissions::ReadUsers;
use api::{
    Answer, App, Endpoint, Errors, List, PUBLIC_KEYS, PageBody, PageParams, Permitted, endpoint,
};
use axum::extract::State;

use crate::account::ListedUser;
use crate::people_filters::ListUsers;

pub const ENDPOINT: Endpoint = endpoint!(list_users)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("GET", "/api/users"), ("GET", "/api/access/users")])
    .sampled_with(&["role", "page_size"]);

/// List accounts, or search them.
///
/// The list follows the accounts within seconds. Where more than 10,000 accounts must be looked at for a page, it may have
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
    List { filter, paging }: List<ListUsers>,
) -> Answer<axum::Json<PageBody<ListedUser>>> {
    let (filter, order) = filter.read()?;

    let people = People(app.store());
    let listed = people.list(&filter, &order, &paging.request).await?;

    Ok(paging.body(listed.page.map(ListedUser::from)))
}
