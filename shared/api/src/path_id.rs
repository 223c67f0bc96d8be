use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::error::ApiError;

/// The id in a path. A text that is none is the id of nothing: a 404.
#[derive(Debug)]
pub struct PathId<T>(pub T);

/// The two ids in a path: of a thing, and of what is part of it.
#[derive(Debug)]
pub struct PathIds<T, U>(pub T, pub U);

impl<T: FromStr + Send, U: FromStr + Send, S: Send + Sync> FromRequestParts<S> for PathIds<T, U> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let ids = path.ok().and_then(|Path((of, part))| {
            let of = of.parse().ok()?;
            Some(Self(of, part.parse().ok()?))
        });
        ids.ok_or_else(ApiError::not_found)
    }
}

impl<T: FromStr + Send, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(id)| id.parse().ok());
        id.map(Self).ok_or_else(ApiError::not_found)
    }
}
