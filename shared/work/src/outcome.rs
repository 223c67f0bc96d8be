use cloud::{FileError, KeyError, SecretError};
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
        Self::Transient(chain(&error))
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::Transient(chain(&error))
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::Transient(chain(&error))
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Transient(chain(&error))
    }
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
