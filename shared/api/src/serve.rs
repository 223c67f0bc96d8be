use std::process::ExitCode;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use cloud::App;

use crate::endpoint::Endpoint;

/// Longest body that is read, in bytes. The longest request of any endpoint has some hundred fields' worth less.
const MAX_BODY: usize = 64 * 1024;

/// The router of some endpoints. What none of them serves is a 404, unless a fallback is among them.
pub fn router(app: &App, endpoints: &[Endpoint]) -> Router {
    let nothing = endpoints
        .first()
        .map_or_else(Router::new, |first| first.deny(app, Router::new()));
    let router = endpoints
        .iter()
        .fold(nothing, |router, endpoint| endpoint.mount(app, router));
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app.clone())
}

/// Serves one endpoint as a Lambda function. What a binary's `main` calls.
pub fn serve(endpoint: &Endpoint) -> ExitCode {
    cloud::run(endpoint.name, |app| {
        lambda_http::run(router(&app, std::slice::from_ref(endpoint)))
    })
}
