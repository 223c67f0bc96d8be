use api::{Answer, ApiError, Endpoint, send_on};
use axum::http::{Method, StatusCode, Uri, header};
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
