use accounts::Me;
use accounts::session::Sessions;
use api::{
    Answer, App, Authenticated, Endpoint, Errors, List, NoFilters, PUBLIC_KEYS, PageBody,
    PageParams, endpoint,
};
use axum::extract::State;

use crate::own_session::SessionBody;

pub const ENDPOINT: Endpoint = endpoint!(list_sessions)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("GET", "/api/access/logged-devices")]);

/// List the caller's sessions.
///
/// Those that are going on, the newest first.
#[utoipa::path(
    get, path = "/api/v1/users/me/sessions", tag = "users",
    security(("bearer" = [])),
    params(PageParams),
    responses((status = 200, description = "The sessions", body = PageBody<SessionBody>), Errors)
)]
pub async fn list_sessions(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Me>,
    List { paging, .. }: List<NoFilters>,
) -> Answer<axum::Json<PageBody<SessionBody>>> {
    let sessions = Sessions(app.store());
    let page = sessions
        .list(&caller.user, app.now(), &paging.request)
        .await?;
    Ok(paging.body(page.map(|session| SessionBody::of(session, &caller.session))))
}
