use cloud::{FileError, SecretError};
use jiff::SignedDuration;
use kernel::error_chain;
use kernel::job::Given;
use serde_json::Value;
use store::StoreError;

/// A task that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What came of it, in a few words for an operator. Never an address, a code or a token.
    pub said: String,
    /// What the owner of the task asked for. It expires.
    pub result: Option<Value>,
}

/// A task that is not done. The text is for an operator; never an address, a code or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The task may work next time. This uses up one of its tries.
    Transient(String),
    /// The task was not really tried: somebody asked to slow down, or only a part of it was to be done. It comes back after
    /// the pause, as often as it takes.
    Deferred(String, SignedDuration),
    /// The task will never work.
    Permanent(String),
    /// The task was called off, and the work has stopped.
    CalledOff,
}

impl Done {
    /// Work of which so much is to be said.
    pub fn saying(said: impl Into<String>) -> Self {
        Self {
            said: said.into(),
            result: None,
        }
    }

    /// Work that gives its owner a result.
    pub fn with(result: Value) -> Self {
        Self {
            said: "done".to_owned(),
            result: Some(result),
        }
    }
}

/// Work that is done is over with its task.
impl Given for Done {}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Transient(error_chain(&error))
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::Transient(error_chain(&error))
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::Transient(error_chain(&error))
    }
}
