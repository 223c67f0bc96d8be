use accounts::Me;
use accounts::actions;
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::session::{Refresh, Session, Sessions};
use api::{
    Answer, ApiError, App, CHANGED_MEANWHILE, Endpoint, ErrorCode, Errors, Json, PUBLIC_KEYS,
    RequestInfo, ShownSecret, endpoint,
};
use axum::extract::State;
use identity::{InvalidToken, SIGNING_KEY, Tokens};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use store::Attempts;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(refresh_token)
    .reading(&[PUBLIC_KEYS, SIGNING_KEY])
    .with_slash()
    .formerly(&[
        ("POST", "/api/auth/token/refresh"),
        ("POST", "/api/auth/refresh"),
        ("POST", "/api/access/auth/refresh"),
    ])
    .refusing(&[INVALID_REFRESH_TOKEN]);

/// The refresh token is not good, or not any more. Which of the many ways it can be wrong is not told.
const INVALID_REFRESH_TOKEN: ErrorCode = ErrorCode::unauthorized(
    "invalid_refresh_token",
    "The refresh token is not valid. Log in again.",
)
.when("refresh token wrong in any way, used up, or its session is over");

/// A refresh token to be exchanged.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RefreshToken {
    /// The newest refresh token of the session.
    #[schema(
        required,
        value_type = String,
        example = "eyJ0eXAiOiJydCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln"
    )]
    #[serde(default)]
    refresh: SecretString,
}

/// The new tokens of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefreshedToken {
    /// The access token, which authenticates calls.
    #[schema(value_type = String, example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    access: ShownSecret,
    /// The refresh token, which is exchanged for the next new tokens; the one that was sent is used up.
    #[schema(value_type = String, example = "eyJ0eXAiOiJydCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    refresh: ShownSecret,
}

/// Exchange a refresh token for new tokens.
///
/// A refresh token is good once. Sent again within a minute it gets the same answer, so a lost answer does no harm;
/// later, or an older one, means that somebody has a copy: the session ends and its owner is told by mail. A session lasts
/// 90 days at most, however often it is used.
#[utoipa::path(
    post, path = "/api/v1/auth/token/refresh", tag = "auth",
    request_body = RefreshToken,
    responses((status = 200, description = "New tokens", body = RefreshedToken), Errors)
)]
pub async fn refresh_token(
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<RefreshToken>,
) -> Answer<axum::Json<RefreshedToken>> {
    let claims = Tokens(&app)
        .check_refresh(body.refresh.expose_secret().trim())
        .await
        .map_err(|error| match error {
            InvalidToken::Refused(_) => ApiError::from(INVALID_REFRESH_TOKEN),
            InvalidToken::Unchecked(error) => error.into(),
        })?;

    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let now = app.now();
        let found = Me::look_up(app.store(), claims.sub, claims.sid).await?;
        let live = found.filter(|me| me.session.lets_in(&me.user, now));
        let Me { user, session } = live.ok_or(INVALID_REFRESH_TOKEN)?;

        let settings = app.section::<identity::Settings>();
        let current = match session.judge(claims.generation, now, settings.refresh_repeat) {
            Refresh::Rotate => {
                let expires_at = session.end_after_use(now, settings.refresh_lifetime);
                let Some(rotated) = Sessions(app.store())
                    .rotate(&session, now, expires_at)
                    .await?
                else {
                    continue;
                };
                rotated
            }
            Refresh::Repeat => session,
            Refresh::Reuse => return Err(end_family(&app, &info, &session).await?),
            Refresh::Ended => return Err(INVALID_REFRESH_TOKEN.into()),
        };
        let tokens = Tokens(&app).issue(&current.grant(&user)).await?;
        return Ok(axum::Json(RefreshedToken {
            access: tokens.access.into(),
            refresh: tokens.refresh.into(),
        }));
    }
    Err(CHANGED_MEANWHILE.into())
}

/// Ends the session and all tokens of it, and has its owner told. Whoever holds a copy is out, and so is the owner, who can
/// log in again (RFC 9700, section 4.14.2).
async fn end_family(app: &App, info: &RequestInfo, session: &Session) -> Answer<ApiError> {
    let notice = security_notice(app, session.user_id, SecurityEvent::TokenReuse(session.id));
    let audit = info
        .audit(app, actions::TOKEN_REUSE)
        .by(session.user_id)
        .on(session.id);
    Sessions(app.store())
        .end_for_reuse(session, &notice, &audit.failed())
        .await?;
    Ok(INVALID_REFRESH_TOKEN.into())
}
