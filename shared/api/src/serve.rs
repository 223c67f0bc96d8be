use std::process::ExitCode;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use cloud::App;

use crate::endpoint::{Endpoint, Function};

/// Longest body that is read, in bytes. The longest request of any endpoint has some hundred fields' worth less.
const MAX_BODY: usize = 64 * 1024;

/// The router of some endpoints. What none of them serves is a 404, unless a fallback is among them.
pub fn router(app: &App, endpoints: &[Endpoint]) -> Router {
    let functions: Vec<Function> = endpoints.iter().map(|endpoint| endpoint.function).collect();
    route(app, &functions)
}

/// Serves one endpoint as a Lambda function. What a binary's `main` calls.
// Inlined, so that `main` takes no more of the endpoint with it than the function: its description stays in the library.
#[inline]
pub fn serve(endpoint: &Endpoint) -> ExitCode {
    serve_function(endpoint.function)
}

fn serve_function(function: Function) -> ExitCode {
    cloud::run(function.name, |app| {
        lambda_http::run(route(&app, &[function]))
    })
}

fn route(app: &App, functions: &[Function]) -> Router {
    let nothing = functions
        .first()
        .map_or_else(Router::new, |first| first.deny(app, Router::new()));
    let router = functions
        .iter()
        .fold(nothing, |router, function| function.mount(app, router));
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app.clone())
}
