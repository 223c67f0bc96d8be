use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloud::App;
use domain::permission::Permission;
use domain::session::Session;
use domain::user::User;

use crate::caller::Caller;
use crate::error::{ApiError, FORBIDDEN};

/// A caller whose role has the permission `P`. A handler that takes it says so in its signature.
#[derive(Debug)]
pub struct Permitted<P> {
    /// The account.
    pub user: User,
    /// The session that the token belongs to.
    pub session: Session,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequestParts<App> for Permitted<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let Caller { user, session } = Caller::from_request_parts(parts, app).await?;
        if !P::ROLES.contains(&user.role) {
            return Err(FORBIDDEN.into());
        }
        Ok(Self {
            user,
            session,
            permission: PhantomData,
        })
    }
}
