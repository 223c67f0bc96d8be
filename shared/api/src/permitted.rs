use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloud::App;
use identity::Caller;
use kernel::permission::Permission;

use crate::caller::bearer_token;
use crate::error::ApiError;
use crate::error_code::FORBIDDEN;
use crate::request::RequestInfo;

/// A caller whose role has the permission `P`. A handler that takes it says so in its signature.
#[derive(Debug)]
pub struct Permitted<P> {
    caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Deref for Permitted<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<P: Permission> FromRequestParts<App> for Permitted<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let token = bearer_token(&parts.headers).ok_or_else(ApiError::unauthenticated)?;
        let (caller, role) = identity::identify_with_role(app, token).await?;
        let Ok(info) = RequestInfo::from_request_parts(parts, app).await;
        info.called_by(caller.user_id);
        if !P::ROLES.contains(&role) {
            return Err(FORBIDDEN.into());
        }
        Ok(Self {
            caller,
            permission: PhantomData,
        })
    }
}
