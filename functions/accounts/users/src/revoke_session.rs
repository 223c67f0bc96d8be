use accounts::Me;
use accounts::actions;
use accounts::session::Sessions;
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, PUBLIC_KEYS, PathId, RequestInfo,
    endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::id::SessionId;

use crate::own_session;

pub const ENDPOINT: Endpoint = endpoint!(revoke_session)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["PATCH"]);

/// End one of the caller's sessions.
///
/// Its tokens are refused from the very next call on. It may be the one that asks.
#[utoipa::path(
    delete, path = "/api/v1/users/me/sessions/{id}", tag = "users",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The session's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    responses((status = 204, description = "Ended"), Errors)
)]
pub async fn revoke_session(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Me>,
    info: RequestInfo,
    PathId(id): PathId<SessionId>,
) -> Answer<StatusCode> {
    let session = own_session::find(&app, &caller, id).await?;

    let audit = info
        .audit(&app, actions::SESSION_REVOKED)
        .by(caller.user.id)
        .on(session.id);
    let sessions = Sessions(app.store());
    if sessions.revoke(caller.user.id, session.id, &audit).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        // Another call was faster.
        Err(ApiError::not_found())
    }
}
