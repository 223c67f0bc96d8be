//! A function that does nothing, of the functions' profile: what the benchmark compares them with.

use std::process::ExitCode;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let outcome = runtime.map(|runtime| {
        runtime.block_on(lambda_runtime::run(service_fn(
            async |event: LambdaEvent<Value>| Ok::<Value, Error>(event.payload),
        )))
    });
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
