//! What a refused or failed send means for the task behind it.

use std::error::Error;
use std::fmt;

use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata as _, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use kernel::error_chain;
use thiserror::Error;

/// The reason why a mail did not go out. The variants are what a worker decides by.
#[derive(Debug, Error)]
pub enum SendError {
    /// Too many mails at the moment, or for today. Nothing is wrong with this one: try later, and do not count the try.
    #[error("the mail service asks to slow down")]
    Throttled(#[source] Cause),
    /// The service or the account cannot send now. The mail may go out later; after a lost answer it may already have.
    #[error("the mail service could not be used")]
    Transient(#[source] Cause),
    /// This mail will never be accepted.
    #[error("the mail service refused the mail")]
    Refused(#[source] Cause),
}

/// What the service or the network said, without the addresses in it: it ends in logs and task records.
#[derive(Debug)]
pub struct Cause(String);

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Cause {}

impl From<SdkError<SendEmailError>> for SendError {
    fn from(error: SdkError<SendEmailError>) -> Self {
        let cause = Cause::from(&error);
        let SdkError::ServiceError(answer) = &error else {
            // No usable answer: credentials, network, time limit, or a body that is none.
            return Self::Transient(cause);
        };

        match answer.err() {
            SendEmailError::TooManyRequestsException(_)
            | SendEmailError::LimitExceededException(_) => Self::Throttled(cause),
            // An operator or AWS can lift these, and then the mail is still wanted.
            SendEmailError::SendingPausedException(_)
            | SendEmailError::AccountSuspendedException(_)
            | SendEmailError::MailFromDomainNotVerifiedException(_) => Self::Transient(cause),
            // So is an address or a domain that nobody has verified yet, for which SES has no code of its own. The sandbox
            // says the same of every stranger's.
            SendEmailError::MessageRejected(rejected)
                if rejected
                    .message()
                    .unwrap_or_default()
                    .contains("not verified") =>
            {
                Self::Transient(cause)
            }
            SendEmailError::MessageRejected(_)
            | SendEmailError::BadRequestException(_)
            | SendEmailError::NotFoundException(_) => Self::Refused(cause),
            other => match (
                answer.raw().status().as_u16(),
                other.code().unwrap_or_default(),
            ) {
                (429, _) => Self::Throttled(cause),
                (_, code) if code.contains("Throttl") => Self::Throttled(cause),
                // Rights and credentials are an operator's to mend, too.
                (401 | 403 | 408, _) => Self::Transient(cause),
                (400..=499, _) => Self::Refused(cause),
                _ => Self::Transient(cause),
            },
        }
    }
}

/// A request that lacks a part lacks it at the next try as well.
impl From<BuildError> for SendError {
    fn from(error: BuildError) -> Self {
        Self::Refused(Cause(error.to_string()))
    }
}

impl From<&SdkError<SendEmailError>> for Cause {
    fn from(error: &SdkError<SendEmailError>) -> Self {
        if let SdkError::ServiceError(answer) = error {
            let status = answer.raw().status().as_u16();
            let code = answer.err().code().unwrap_or("no code");
            let message = answer.err().message().unwrap_or("no message");
            return Self(without_addresses(&format!("{code} ({status}): {message}")));
        }
        Self(without_addresses(&error_chain(error)))
    }
}

/// SES names the addresses it does not like. Masked is the address, and what is glued to it.
fn without_addresses(text: &str) -> String {
    let mask = |word: &str| {
        if word.contains('@') {
            "[address]"
        } else {
            word
        }
        .to_owned()
    };
    text.split_whitespace()
        .map(mask)
        .collect::<Vec<_>>()
        .join(" ")
}
