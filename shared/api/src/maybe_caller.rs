//! Who calls, where not everybody has to say: what anybody may see, and some see more of.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use cloud::App;

use crate::Answer;
use crate::caller::bearer_token;
use crate::error::ApiError;
use crate::permitted::CallerWithRole;
use crate::request::RequestInfo;

/// A call that may have an access token. One that has none is a visitor's; one whose token is no good is refused, as everywhere.
/// The token is not checked before [`find`](Self::find), so that this can be done beside other reads.
#[derive(Debug)]
pub struct MaybeCaller {
    token: Option<String>,
    info: RequestInfo,
}

impl MaybeCaller {
    /// Whether it is a visitor's.
    pub fn is_visitor(&self) -> bool {
        self.token.is_none()
    }

    /// Finds who calls; `None` for a visitor.
    pub async fn find(&self, app: &App) -> Answer<Option<CallerWithRole>> {
        match &self.token {
            None => Ok(None),
            Some(token) => CallerWithRole::find(app, token, &self.info).await.map(Some),
        }
    }
}

impl FromRequestParts<App> for MaybeCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(info) = RequestInfo::from_request_parts(parts, app).await;
        let token = if parts.headers.contains_key(header::AUTHORIZATION) {
            let token = bearer_token(&parts.headers).ok_or_else(ApiError::unauthenticated)?;
            Some(token.to_owned())
        } else {
            None
        };
        Ok(Self { token, info })
    }
}
