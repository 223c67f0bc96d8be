use std::process::ExitCode;

use cloud::App;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

/// Serves a worker as a Lambda function. What a binary's `main` calls.
pub fn serve<E, A, R, F>(name: &'static str, work: fn(App, E) -> F) -> ExitCode
where
    E: DeserializeOwned + Send,
    A: Serialize,
    R: Into<Diagnostic> + std::fmt::Debug,
    F: Future<Output = Result<A, R>> + Send,
{
    cloud::run(name, |app| {
        lambda_runtime::run(service_fn(move |event: LambdaEvent<E>| {
            let span = tracing::info_span!(
                "work",
                function = name,
                request.id = event.context.request_id
            );
            work(app.clone(), event.payload).instrument(span)
        }))
    })
}
