use api::{Answer, ApiError, App, Endpoint, ErrorCode, Errors, Json, RequestInfo, endpoint};
use axum::extract::State;
use cloud::InvalidToken;
use domain::audit::Action;
use domain::session::{Refresh, Session};
use domain::task::{SecurityEvent, Work};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(refresh_token).refusing(&[INVALID_REFRESH_TOKEN]);

/// The refresh token is not good, or not any more. Which of the many ways it can be wrong is not told.
const INVALID_REFRESH_TOKEN: ErrorCode = ErrorCode::unauthorized(
    "invalid_refresh_token",
    "The refresh token is not valid. Log in again.",
)
.when("refresh token wrong in any way, used up, or its session is over");

/// Looks at a session before giving up: each look after the first means that another call rotated it in between.
const MAX_LOOKS: u32 = 4;

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RefreshToken {
    /// The newest refresh token of the session.
    #[schema(
        required,
        example = "eyJ0eXAiOiJydCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln"
    )]
    #[serde(default)]
    refresh: String,
}

/// New tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefreshedToken {
    /// For calls.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    access: String,
    /// For the next new tokens; the one that was sent is used up.
    #[schema(example = "eyJ0eXAiOiJydCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    refresh: String,
}

/// Exchange a refresh token for new tokens.
///
/// A refresh token is good once. Sent again within 10 seconds it gets the same answer, so a lost answer does no harm;
/// later, or an older one, means that somebody has a copy: the session ends and its owner is told by mail. A session lasts
/// 90 days at most, however often it is used.
#[utoipa::path(
    post, path = "/api/v1/auth/token/refresh/", tag = "auth",
    request_body = RefreshToken,
    responses((status = 200, description = "New tokens", body = RefreshedToken), Errors)
)]
pub async fn refresh_token(
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<RefreshToken>,
) -> Answer<axum::Json<RefreshedToken>> {
    let claims =
        app.check_refresh_token(body.refresh.trim())
            .await
            .map_err(|error| match error {
                InvalidToken::Refused(_) => ApiError::from(INVALID_REFRESH_TOKEN),
                InvalidToken::Unchecked(error) => error.into(),
            })?;

    for _ in 0..MAX_LOOKS {
        let now = app.now();
        let found = app
            .store()
            .sessions()
            .lookup_with_user(claims.sub, claims.sid)
            .await?;
        let live = found.filter(|(session, user)| session.lets_in(user, now));
        let (session, user) = live.ok_or(INVALID_REFRESH_TOKEN)?;

        let current = match session.judge(claims.generation, now) {
            Refresh::Rotate => {
                let lifetime = app.settings().tokens.refresh_lifetime;
                let expires_at = session.end_after_use(now, lifetime);
                let Some(rotated) = app
                    .store()
                    .sessions()
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
        let tokens = app.issue_tokens(&current, &user).await?;
        return Ok(axum::Json(RefreshedToken {
            access: tokens.access,
            refresh: tokens.refresh,
        }));
    }
    Err(ApiError::unavailable("the session kept changing"))
}

/// Ends the session and all tokens of it, and has its owner told. Whoever holds a copy is out, and so is the owner, who can
/// log in again (RFC 9700, section 4.14.2).
async fn end_family(app: &App, info: &RequestInfo, session: &Session) -> Answer<ApiError> {
    let notice = app.task(Work::SendSecurityNotice {
        user_id: session.user_id,
        event: SecurityEvent::TokenReuse(session.id),
        at: app.now(),
    });
    let object = format!("session/{}", session.id);
    let audit = app.audit(
        Action::TokenReuse,
        Some(session.user_id),
        object,
        &info.origin(),
    );
    app.store()
        .sessions()
        .end_for_reuse(session, &notice, &audit.failed())
        .await?;
    Ok(INVALID_REFRESH_TOKEN.into())
}
