//! Sending a caller on to another path of this API.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

use crate::error::ApiError;

/// 308 to a path of this API, with the query of the call behind its own: method and body stay (RFC 9110, 15.4.9). A 404 where
/// the target would lead to another host: `//host/`, or what a browser takes for it.
pub fn send_on(mut target: String, query: Option<&str>) -> Result<Response, ApiError> {
    if let Some(query) = query {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(query);
    }
    let stays_here = target.starts_with('/') && !target.starts_with("//") && !target.contains('\\');
    match HeaderValue::try_from(target) {
        Ok(target) if stays_here => {
            Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response())
        }
        _ => Err(ApiError::not_found()),
    }
}

/// What a function answers to a path that is not its own: a gateway's route `/users/{proxy+}` takes `/users/me/` too, and
/// which of several that match wins is documented nowhere. A path with a slash is sent on to the one without, which one
/// route alone has. All else is a 404.
pub(crate) async fn nothing_here(uri: Uri) -> Result<Response, ApiError> {
    match uri.path().strip_suffix('/') {
        None | Some("" | "/") => Err(ApiError::not_found()),
        Some(path) => send_on(path.to_owned(), uri.query()),
    }
}
