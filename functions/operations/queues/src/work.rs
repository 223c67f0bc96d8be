//! Whether a queue is worked off, in the words of answers.

use cloud::Work;
use serde::Serialize;
use utoipa::ToSchema;

/// A queue whose work was stopped or let go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueWork {
    /// The name of the queue.
    #[schema(example = "mail-bulk")]
    pub(crate) name: &'static str,
    /// `active`, `paused`, or `changing` for the seconds that it takes.
    #[schema(example = "changing")]
    pub(crate) work: &'static str,
}

/// The word for it.
pub(crate) fn in_words(work: Option<Work>) -> &'static str {
    match work {
        Some(Work::GoesOn) => "active",
        Some(Work::IsPaused) => "paused",
        Some(Work::IsChanging) => "changing",
        None => "none",
    }
}
