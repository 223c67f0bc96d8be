use std::process::ExitCode;

use cloud::App;
use kernel::settings::Check;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use crate::worker::{Worker, find};

/// Serves the worker that Lambda names in `_HANDLER`, and it alone; without one it refuses to start. What the `main` of a
/// crate without endpoints calls, with its `WORKERS`.
pub fn serve(workers: &[Worker], settings: &[Check]) -> ExitCode {
    match find(workers, cloud::handler().as_deref()) {
        Ok(worker) => worker.serve(settings),
        Err(error) => cloud::refuse(error),
    }
}

/// Serves the worker that Lambda names in `_HANDLER`, if it is one of these. What the `main` of a crate with endpoints calls
/// before it serves those.
pub fn serve_if_named(workers: &[Worker], settings: &[Check]) -> Option<ExitCode> {
    let worker = find(workers, cloud::handler().as_deref()).ok()?;
    Some(worker.serve(settings))
}

/// Serves one worker as a Lambda function. What [`worker!`](crate::worker) makes a function of.
#[doc(hidden)]
pub fn serve_as<E, A, R, F>(
    name: &'static str,
    settings: &[Check],
    work: fn(App, E) -> F,
) -> ExitCode
where
    E: DeserializeOwned + Send,
    A: Serialize,
    R: Into<Diagnostic> + std::fmt::Debug,
    F: Future<Output = Result<A, R>> + Send,
{
    cloud::run(name, settings, &[], |app: App| {
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
