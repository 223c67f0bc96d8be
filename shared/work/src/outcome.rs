use cloud::{FileError, SecretError};
use jiff::SignedDuration;
use kernel::error_chain;
use store::StoreError;

/// A task that is done: what came of it, in a few words for an operator. Never an address, a code or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done(pub String);

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
}

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
