use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use cloud::App;
use serde_json::Value;
use thiserror::Error;

/// The function of a schedule could not be called.
#[derive(Debug, Error)]
#[error("AWS was not available to call a function")]
pub struct NotCalled(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Calls the function of a schedule, which goes on by itself. By the rule, it has the stack's name before its own.
pub async fn call(app: &App, name: &str, event: &Value) -> Result<(), NotCalled> {
    let function = format!("{}-{name}", app.settings().stack);
    let request = app.clients().lambda().invoke();
    let request = request
        .function_name(function)
        .invocation_type(InvocationType::Event)
        .payload(Blob::new(event.to_string()));
    let called = request.send().await;
    called.map(drop).map_err(|error| NotCalled(Box::new(error)))
}
