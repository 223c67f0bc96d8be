//! The pages that draw the API's description.

use axum::http::header;
use axum::response::{Html, IntoResponse};

/// What such a page may do: run our own scripts, talk to this API, and nothing else. Both libraries write style
/// elements, `ReDoc` starts a worker from a blob (its search) and both draw small pictures from `data:` addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src blob:; form-action 'none'; \
    frame-ancestors 'none'; base-uri 'none'";

/// Answers with a page under that policy.
pub(crate) fn page(html: &'static str) -> impl IntoResponse {
    let head = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (head, Html(html))
}
