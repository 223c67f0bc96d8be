use accounts::Me;
use accounts::actions;
use accounts::session::Sessions;
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, Json, PUBLIC_KEYS, RequestInfo,
    endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(revoke_sessions)
    .reading(&[PUBLIC_KEYS])
    .with_slash();

/// The sessions that are to end.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RevokeSessions {
    /// All but the one that the access token belongs to.
    #[schema(example = true)]
    #[serde(default)]
    keep_current: bool,
}

/// Log out everywhere.
///
/// Ends all sessions of the account, or with `keep_current` all others, with all their tokens: the very next call of any
/// endpoint refuses them. The body may be left out.
#[utoipa::path(
    post, path = "/api/v1/auth/logout-all", tag = "auth",
    security(("bearer" = [])),
    request_body = Option<RevokeSessions>,
    responses((status = 204, description = "Logged out"), Errors)
)]
pub async fn revoke_sessions(
    State(app): State<App>,
    info: RequestInfo,
    Authenticated(Me { user, session }): Authenticated<Me>,
    body: Option<Json<RevokeSessions>>,
) -> Answer<StatusCode> {
    let Json(body) = body.unwrap_or(Json(RevokeSessions::default()));

    let keep = body.keep_current.then_some(&session);
    let audit = info
        .audit(&app, actions::SESSIONS_REVOKED)
        .by_owner(user.id);
    let sessions = Sessions(app.store());
    let is_done = sessions
        .end_all(&user, keep, app.now(), None, &audit)
        .await?;

    // Otherwise the account, or the session that was to be kept, ended after the caller was let in.
    if is_done {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::unauthenticated())
    }
}
