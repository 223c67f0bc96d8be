use std::process::ExitCode;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use cloud::App;

use crate::endpoint::Endpoint;
use crate::envelope::envelope;

/// Longest body that is read, in bytes. The longest request of any endpoint has some hundred fields' worth less.
const MAX_BODY: usize = 64 * 1024;

/// The router of some endpoints.
pub fn router(app: &App, endpoints: &[Endpoint]) -> Router {
    let router = endpoints.iter().fold(Router::new(), |router, endpoint| {
        endpoint.mount(app, router)
    });
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(app.clone(), envelope))
        .with_state(app.clone())
}

/// Serves one endpoint as a Lambda function. What a binary's `main` calls.
pub fn serve(endpoint: &Endpoint) -> ExitCode {
    cloud::run(endpoint.name, |app| {
        lambda_http::run(router(&app, std::slice::from_ref(endpoint)))
    })
}
