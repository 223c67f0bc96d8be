use api::{Answer, ApiError, EMPTY_REST, Endpoint};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;

use crate::routes::methods_of;

pub const ENDPOINT: Endpoint = Endpoint::fallback("answer_unknown", || any(answer_unknown));

/// Answers what no other function does: API Gateway's `$default` route.
///
/// A path that lacks its last slash is sent on with method, body and query (308, as Django's `APPEND_SLASH` would be if
/// it could keep a body); a path that exists answers 405 to other methods; everything else is a 404.
pub async fn answer_unknown(method: Method, uri: Uri) -> Answer<Response> {
    let path = uri.path();
    let answers = |allow: &str| allow.split(", ").any(|allowed| allowed == method.as_str());
    let target = match methods_of(path) {
        Some(allow) if !answers(allow) => return Err(ApiError::method_not_allowed(allow)),
        // The gateway's route is `/x/{proxy+}`, since it takes none that ends in a slash. Should it ever not match an empty
        // rest, the call goes on with one that is not empty.
        Some(_) if path.len() > 1 && path.ends_with('/') => format!("{path}{EMPTY_REST}"),
        None if methods_of(&format!("{path}/")).is_some() => format!("{path}/"),
        _ => return Err(ApiError::not_found()),
    };
    let query = uri.query().map(|query| format!("?{query}"));
    let target = format!("{target}{}", query.unwrap_or_default());
    // `//host/` would lead to another host. No route matches such a path; it is not left to the routes alone.
    let stays_here = !target.starts_with("//") && !target.contains('\\');
    match HeaderValue::try_from(target) {
        Ok(target) if stays_here => {
            Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response())
        }
        _ => Err(ApiError::not_found()),
    }
}
