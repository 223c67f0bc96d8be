//! The queue that a path names.

use api::ApiError;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use cloud::QueueError;
use operations::queue::{DeadLetterError, Known};

/// The queue that a path names, as `{queue}`. One that nobody knows is a 404.
pub struct KnownQueue(pub(crate) &'static Known);

impl<S: Send + Sync> FromRequestParts<S> for KnownQueue {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let known = path.ok().and_then(|Path(name)| Known::named(&name));
        known.map(Self).ok_or_else(ApiError::not_found)
    }
}

/// The answer where queues fail.
pub(crate) fn unavailable(error: QueueError) -> ApiError {
    ApiError::unavailable(error)
}

/// The answer where dead letters cannot be read.
pub(crate) fn unread(error: DeadLetterError) -> ApiError {
    match error {
        DeadLetterError::Queue(error) => unavailable(error),
        DeadLetterError::Store(error) => error.into(),
    }
}
