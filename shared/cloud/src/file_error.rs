use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use thiserror::Error;

/// S3 did not do what it was asked.
#[derive(Debug, Error)]
pub enum FileError {
    /// It throttles, is out of reach, or fails, after the SDK's retries. Worth another try later.
    #[error("S3 was not available to {attempt}")]
    Unavailable {
        /// The attempt that failed.
        attempt: &'static str,
        /// The reason why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It refuses the request itself: a missing permission, a missing bucket.
    #[error("S3 refused the request to {attempt}")]
    Refused {
        /// The attempt that failed.
        attempt: &'static str,
        /// The reason why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl FileError {
    pub(crate) fn unavailable(
        attempt: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unavailable {
            attempt,
            source: source.into(),
        }
    }

    /// Sorts an SDK error into 'later' and 'never'.
    pub(crate) fn from_sdk<E>(attempt: &'static str, error: SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        const NEVER: [&str; 4] = [
            "AccessDenied",
            "NoSuchBucket",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
        ];
        if error.code().is_some_and(|code| NEVER.contains(&code)) {
            let source = Box::new(error);
            return Self::Refused { attempt, source };
        }
        Self::unavailable(attempt, error)
    }
}
