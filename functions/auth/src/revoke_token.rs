use api::{Answer, App, Caller, Endpoint, Errors, RequestInfo, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use domain::actions;

pub const ENDPOINT: Endpoint = endpoint!(revoke_token);

/// Log out.
///
/// Ends the session that the access token belongs to, with all its tokens: the very next call of any endpoint refuses them.
/// A body is not looked at.
#[utoipa::path(
    post, path = "/api/v1/auth/logout/", tag = "auth",
    security(("bearer" = [])),
    responses((status = 204, description = "Logged out"), Errors)
)]
pub async fn revoke_token(
    State(app): State<App>,
    info: RequestInfo,
    Caller { user, session }: Caller,
) -> Answer<StatusCode> {
    let audit = app
        .audit(actions::SESSION_REVOKED)
        .by(user.id)
        .on(session.id)
        .requested_from(&info.origin());
    // Whether this call ended it, or another at the same moment, it is over.
    let sessions = app.store().sessions();
    let _is_first = sessions.revoke(user.id, session.id, &audit).await?;

    Ok(StatusCode::NO_CONTENT)
}
