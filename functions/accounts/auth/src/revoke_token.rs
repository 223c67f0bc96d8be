use accounts::actions;
use accounts::session::Sessions;
use api::{
    Answer, App, Authenticated, Caller, Endpoint, Errors, PUBLIC_KEYS, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;

pub const ENDPOINT: Endpoint = endpoint!(revoke_token).reading(&[PUBLIC_KEYS]).with_slash();

/// Log out.
///
/// Ends the session that the access token belongs to, with all its tokens: the very next call of any endpoint refuses them.
/// A body is not looked at.
#[utoipa::path(
    post, path = "/api/v1/auth/logout", tag = "auth",
    security(("bearer" = [])),
    responses((status = 204, description = "Logged out"), Errors)
)]
pub async fn revoke_token(
    State(app): State<App>,
    info: RequestInfo,
    Authenticated(caller): Authenticated<Caller>,
) -> Answer<StatusCode> {
    let audit = info
        .audit(&app, actions::SESSION_REVOKED)
        .by(caller.user_id)
        .on(caller.session_id);
    // Whether this call ended it, or another at the same moment, it is over.
    let sessions = Sessions(app.store());
    let _is_first = sessions
        .revoke(caller.user_id, caller.session_id, &audit)
        .await?;

    Ok(StatusCode::NO_CONTENT)
}
