use accounts::actions;
use accounts::jobs::{AdministrationEvent, administration_notice};
use accounts::permissions::ManageUsers;
use accounts::session::Sessions;
use api::{
    Answer, ApiError, App, Endpoint, Errors, FreshlyPermitted, PUBLIC_KEYS, PathId,
    REAUTHENTICATION_REQUIRED, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::id::UserId;

use crate::account;

pub const ENDPOINT: Endpoint = endpoint!(revoke_user_sessions)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .refusing(&[REAUTHENTICATION_REQUIRED]);

/// End all sessions of an account.
///
/// Every function refuses them from the next call on. Its owner hears of it by mail, and can log in again: to prevent that,
/// lock the account. Takes a proof of the last 15 minutes, else `reauthentication_required`.
#[utoipa::path(
    post, path = "/api/v1/users/{id}/sessions/revoke", tag = "admin",
    security(("bearer" = ["users:manage"])),
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 204, description = "Ended"), Errors)
)]
pub async fn revoke_user_sessions(
    caller: FreshlyPermitted<ManageUsers>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<UserId>,
) -> Answer<StatusCode> {
    let user = account::find(&app, id).await?;
    let audit = info
        .audit(&app, actions::SESSIONS_REVOKED)
        .by(caller.user_id)
        .on(id);
    let notice = administration_notice(&app, id, AdministrationEvent::SessionsEnded);
    let sessions = Sessions(app.store());
    if !sessions
        .end_all(&user, None, app.now(), Some(&notice), &audit)
        .await?
    {
        return Err(ApiError::not_found());
    }

    Ok(StatusCode::NO_CONTENT)
}
