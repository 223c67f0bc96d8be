use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use jiff::SignedDuration;
use kernel::limit::Counted;
use thiserror::Error;

/// DynamoDB did not do what it was asked, for a reason of its own.
#[derive(Debug, Error)]
pub enum StoreError {
    /// It throttles, is out of reach, or fails, after the SDK's retries. Worth another try later.
    #[error("DynamoDB was not available to {attempt}")]
    Unavailable {
        /// The attempt that failed.
        attempt: &'static str,
        /// The reason why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Others were faster, at each of many attempts. Nothing was written, and no service failed.
    #[error("others kept changing what was to change to {attempt}")]
    Contention {
        /// The attempt that was given up.
        attempt: &'static str,
    },
    /// A limit is used up that the change would have been counted against. Nothing was written.
    #[error("the limit {} is used up", counted.limit.name)]
    LimitReached {
        /// The limit, and whose calls it counts.
        counted: Counted,
        /// Time until the limit's window ends.
        resets_in: SignedDuration,
        /// Whether no other call of the window is in the audit log for it.
        is_first_refusal: bool,
    },
    /// It refuses the request itself: a missing permission, a missing table, a faulty expression.
    #[error("DynamoDB refused the request to {attempt}")]
    Refused {
        /// The attempt that failed.
        attempt: &'static str,
        /// The reason why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An item does not have the form this version writes.
    #[error("an item could not be read to {attempt}")]
    Unreadable {
        /// The attempt that failed.
        attempt: &'static str,
        /// The reason why it failed.
        #[source]
        source: serde_dynamo::Error,
    },
}

impl StoreError {
    /// The item changed between each look and each write.
    pub fn kept_changing(attempt: &'static str) -> Self {
        Self::Contention { attempt }
    }

    /// Sorts an SDK error into 'later' and 'never'.
    pub fn from_sdk<E>(attempt: &'static str, error: SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        const NEVER: [&str; 4] = [
            "ValidationException",
            "AccessDeniedException",
            "ResourceNotFoundException",
            "UnrecognizedClientException",
        ];
        let never = error.code().is_some_and(|code| NEVER.contains(&code));
        let source = Box::new(error);
        if never {
            Self::Refused { attempt, source }
        } else {
            Self::Unavailable { attempt, source }
        }
    }
}
