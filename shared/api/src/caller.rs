use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use cloud::App;
use identity::FromItems;

use crate::error::ApiError;
use crate::request::RequestInfo;

/// Somebody whom a live session's access token names: `Authenticated(caller): Authenticated<Caller>` in a handler's signature.
/// `C` is how much of the account the handler needs.
#[derive(Debug)]
pub struct Authenticated<C>(pub C);

impl<C: FromItems> FromRequestParts<App> for Authenticated<C> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let token = bearer_token(&parts.headers).ok_or_else(ApiError::unauthenticated)?;
        let found = identity::identify(app, token).await?;
        let Ok(info) = RequestInfo::from_request_parts(parts, app).await;
        info.called_by(found.caller.user_id);
        Ok(Self(C::from_items(found)?))
    }
}

/// The token of the one `Authorization: Bearer` header (RFC 6750). Two headers are none.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
