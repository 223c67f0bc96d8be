use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloud::App;
use identity::{Caller, RoleOfCaller};
use kernel::permission::Permission;
use kernel::role::Role;

use crate::Answer;
use crate::caller::bearer_token;
use crate::error::ApiError;
use crate::error_code::{FORBIDDEN, REAUTHENTICATION_REQUIRED};
use crate::request::RequestInfo;

/// A caller whose role has the permission `P`. A handler that takes it says so in its signature.
#[derive(Debug)]
pub struct Permitted<P> {
    found: RoleOfCaller,
    permission: PhantomData<P>,
}

/// A caller whose role has the permission `P`, and who has proved in this session, no longer than
/// [`FRESH_PROOF`](identity::FRESH_PROOF) ago, to be the owner of the account. For what a session that was stolen some time ago
/// must not be enough for. Others are refused by [`REAUTHENTICATION_REQUIRED`], which the endpoint names.
#[derive(Debug)]
pub struct FreshlyPermitted<P>(Permitted<P>);

/// A caller whose role is known, for an endpoint of which some things take a permission and others do not.
#[derive(Debug)]
pub struct CallerWithRole(RoleOfCaller);

impl CallerWithRole {
    /// Whether the caller's role has a permission.
    pub fn has<P: Permission>(&self) -> bool {
        P::ROLES.contains(&self.0.role)
    }

    /// Finds who calls with an access token.
    pub(crate) async fn find(app: &App, token: &str, info: &RequestInfo) -> Answer<Self> {
        let found = identity::identify_with_role(app, token).await?;
        info.called_by(found.caller.user_id);
        Ok(Self(found))
    }

    /// Refuses a caller whose role is none of these: those of a [`Permission`].
    pub fn check_role(&self, roles: &[Role]) -> Answer<()> {
        if roles.contains(&self.0.role) {
            Ok(())
        } else {
            Err(FORBIDDEN.into())
        }
    }
}

impl Deref for CallerWithRole {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0.caller
    }
}

impl FromRequestParts<App> for CallerWithRole {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let Ok(info) = RequestInfo::from_request_parts(parts, app).await;
        let token = bearer_token(&parts.headers).ok_or_else(ApiError::unauthenticated)?;
        Self::find(app, token, &info).await
    }
}

impl<P> Permitted<P> {
    /// Refuses a caller whose newest proof is too old, where only some of the calls want a fresh one.
    pub fn check_proof(&self, app: &App) -> Answer<()> {
        if self.found.has_fresh_proof(app.now()) {
            Ok(())
        } else {
            Err(REAUTHENTICATION_REQUIRED.into())
        }
    }
}

impl<P> Deref for Permitted<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.found.caller
    }
}

impl<P> Deref for FreshlyPermitted<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<P: Permission> FromRequestParts<App> for Permitted<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let caller = CallerWithRole::from_request_parts(parts, app).await?;
        caller.check_role(P::ROLES)?;
        Ok(Self {
            found: caller.0,
            permission: PhantomData,
        })
    }
}

impl<P: Permission> FromRequestParts<App> for FreshlyPermitted<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let permitted = Permitted::from_request_parts(parts, app).await?;
        permitted.check_proof(app)?;
        Ok(Self(permitted))
    }
}
