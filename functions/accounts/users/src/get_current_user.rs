use accounts::Me;
use api::{Answer, App, Authenticated, Endpoint, Errors, PUBLIC_KEYS, endpoint};
use axum::extract::State;

use crate::profile::CurrentUser;

pub const ENDPOINT: Endpoint = endpoint!(get_current_user)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("GET", "/api/access/users/me")])
    .beside(&["PATCH"]);

/// Show the caller's profile.
#[utoipa::path(
    get, path = "/api/v1/users/me", tag = "users",
    security(("bearer" = [])),
    responses((status = 200, description = "The profile", body = CurrentUser), Errors)
)]
pub async fn get_current_user(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Me>,
) -> Answer<axum::Json<CurrentUser>> {
    Ok(axum::Json(CurrentUser::of(caller.user, app.now())))
}
