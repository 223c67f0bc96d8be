use api::{Answer, ApiError, Endpoint};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;

use crate::routes::{former_methods_of, methods_of, successor};

pub const ENDPOINT: Endpoint = Endpoint::fallback("answer_unknown", || any(answer_unknown));

/// Answers what no other function does: API Gateway's `$default` route.
///
/// A path with a slash too many, and an address of one of the systems before this one, are sent on with method, body and
/// query (308); a path that exists answers 405 to other methods, and OPTIONS by 204; everything else is a 404.
pub async fn answer_unknown(method: Method, uri: Uri) -> Answer<Response> {
    let asked = uri.path();
    let path = match asked.strip_suffix('/') {
        Some("" | "/") | None => asked,
        Some(path) => path,
    };
    if let Some(target) = successor(method.as_str(), path) {
        return send_on(target, uri.query());
    }
    // Browsers ask so before they call, from other hosts, and give up where the answer is no success.
    if method == Method::OPTIONS
        && let Some(allow) = former_methods_of(path)
    {
        return Ok(options(&allow));
    }
    let allow = methods_of(path).ok_or_else(ApiError::not_found)?;
    let answers = |method: &Method| allow.split(", ").any(|allowed| allowed == method.as_str());
    match method {
        Method::OPTIONS => Ok(options(allow)),
        _ if !answers(&method) => Err(ApiError::method_not_allowed(allow)),
        _ if path != asked => send_on(path.to_owned(), uri.query()),
        // The gateway has a route for it, and did not take that. Sent on, it would come back.
        _ => Err(ApiError::not_found()),
    }
}

/// 204 with the methods of a path (RFC 9110, 9.3.7).
fn options(allow: &str) -> Response {
    (StatusCode::NO_CONTENT, [(header::ALLOW, allow)]).into_response()
}

/// 308 to a path of this API, with the query of the call behind its own.
fn send_on(mut target: String, query: Option<&str>) -> Answer<Response> {
    if let Some(query) = query {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(query);
    }
    // `//host/` would lead to another host. No route matches such a path; it is not left to the routes alone.
    let stays_here = !target.starts_with("//") && !target.contains('\\');
    match HeaderValue::try_from(target) {
        Ok(target) if stays_here => {
            Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response())
        }
        _ => Err(ApiError::not_found()),
    }
}
