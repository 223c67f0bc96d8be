use accounts::Me;
use accounts::actions;
use accounts::session::{SessionName, Sessions};
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, Fields, Json, Limiter, PUBLIC_KEYS,
    PathId, RequestInfo, endpoint,
};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::id::SessionId;
use kernel::limit::{Limit, Per};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::own_session::{self, SessionBody};

pub const ENDPOINT: Endpoint = endpoint!(rename_session)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["DELETE"])
    .limited(&[PER_ACCOUNT]);

/// Names given by one account: each is an entry in the audit log.
const PER_ACCOUNT: Limit = Limit {
    name: "session-name-account",
    quota: 60,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// A session's new name.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RenameSession {
    /// 1 to 60 characters.
    #[schema(required, example = "Ann's laptop", max_length = 60)]
    #[serde(default)]
    name: String,
}

/// Name one of the caller's sessions.
///
/// At most 60 an hour and account.
#[utoipa::path(
    patch, path = "/api/v1/users/me/sessions/{id}", tag = "users",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The session's id.", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")),
    request_body = RenameSession,
    responses((status = 200, description = "The session as it is now", body = SessionBody), Errors)
)]
pub async fn rename_session(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Me>,
    limiter: Limiter,
    info: RequestInfo,
    PathId(id): PathId<SessionId>,
    Json(body): Json<RenameSession>,
) -> Answer<axum::Json<SessionBody>> {
    let name = SessionName::parse(&body.name).map_err(|error| Fields::error("name", error))?;
    let mut session = own_session::find(&app, &caller, id).await?;

    let audit = info
        .audit(&app, actions::SESSION_RENAMED)
        .by(caller.user.id)
        .on(session.id);
    let audit = limiter.account_with(audit, &PER_ACCOUNT, caller.user.id);
    let sessions = Sessions(app.store());
    if !sessions
        .rename(caller.user.id, session.id, &name, &audit)
        .await?
    {
        return Err(ApiError::not_found());
    }

    session.name = Some(name.as_str().to_owned());
    Ok(axum::Json(SessionBody::of(session, &caller.session)))
}
