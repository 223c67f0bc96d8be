use cloud::{FileError, SecretError};
use domain::error_chain;
use jiff::SignedDuration;
use store::StoreError;

/// A task that is done: what came of it, in a few words for an operator. Never an address, a code or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done(pub String);

/// A task that is not done. The text is for an operator; never an address, a code or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may work next time. Uses up one of the tries.
    Transient(String),
    /// It was not really tried: someone asked to slow down. Comes back after the pause, as often as it takes.
    Deferred(String, SignedDuration),
    /// It will never work.
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
