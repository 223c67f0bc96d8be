use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use cloud::App;
use domain::session::Session;
use domain::user::User;

use crate::error::ApiError;

/// The account that calls, as it is now.
///
/// Costs one strongly consistent round trip, so a log-out, a revocation, a changed role or a disabled account is seen by
/// the very next call.
#[derive(Debug)]
pub struct Caller {
    /// The account.
    pub user: User,
    /// The session that the token belongs to.
    pub session: Session,
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let token = bearer_token(&parts.headers).ok_or_else(ApiError::unauthenticated)?;
        let claims = app.check_access_token(token).await?;

        let found = app
            .store()
            .sessions()
            .lookup_with_user(claims.sub, claims.sid)
            .await?;
        let (session, user) = found.ok_or_else(ApiError::unauthenticated)?;
        if !session.lets_in(&user, app.now()) {
            return Err(ApiError::unauthenticated());
        }
        Ok(Self { user, session })
    }
}

/// The token of the one `Authorization: Bearer` header (RFC 6750). Two headers are none.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
