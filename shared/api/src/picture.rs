use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use cloud::{App, FileName};

use crate::Answer;
use crate::error::ApiError;

/// What every picture is sent with. A picture never changes: another one has another address. The policy takes from a
/// browser that is asked to open it as a page everything a page can do.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (CONTENT_TYPE, HeaderValue::from_static("image/webp")),
    (
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    ),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    ),
];

/// The end of a picture's path. A text that is no id is the id of nothing: a 404.
#[derive(Debug)]
pub struct PicturePath<T, U> {
    /// The id of what the picture is of.
    pub of: T,
    /// The picture's own id.
    pub id: U,
    /// What the picture's size is called; the area knows whether there is such a size.
    pub size: String,
}

/// Sends a picture that is stored, or a 404 where there is none.
pub async fn show_picture(app: &App, key: &dyn FileName) -> Answer<Response> {
    let picture = app.files().get(key).await?;
    let picture = picture.ok_or_else(ApiError::not_found)?;
    Ok((HEADERS, picture).into_response())
}

impl<T, U, S> FromRequestParts<S> for PicturePath<T, U>
where
    T: FromStr + Send,
    U: FromStr + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let path = Path::<(String, String, String)>::from_request_parts(parts, state).await;
        let path = path.ok().and_then(|Path((of, id, size))| {
            let (of, id) = (of.parse().ok()?, id.parse().ok()?);
            Some(Self { of, id, size })
        });
        path.ok_or_else(ApiError::not_found)
    }
}
