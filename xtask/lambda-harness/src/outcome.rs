use std::process::ExitStatus;

use serde_json::Value;

/// What became of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function answered with this.
    Answered(Value),
    /// The function reported an error (`{"errorType", "errorMessage"}`).
    Failed(Value),
    /// The process ended before it answered; Lambda would report `Runtime.ExitError`.
    Died(ExitStatus),
}

impl Outcome {
    /// The answer, if there is one.
    pub fn answer(&self) -> Option<&Value> {
        match self {
            Self::Answered(value) => Some(value),
            Self::Failed(_) | Self::Died(_) => None,
        }
    }
}

/// The reason why a function never asked for its first event.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The function said so itself (`/runtime/init/error`).
    #[error("the function failed to start: {0}")]
    Reported(Value),
    /// The process ended before that.
    #[error("the function's process ended as it started: {0}")]
    Died(ExitStatus),
}
