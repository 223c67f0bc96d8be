//! What calls that move dead letters have in common.

use std::time::Duration;

use api::{Answer, App, ErrorCode, Fields, RequestInfo};
use kernel::id::TaskId;
use operations::queue::{Choice, Known, Lock, Moved};
use serde::Serialize;
use utoipa::ToSchema;

/// How long letters are moved: within the function's time limit. What is left over needs another call.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// 409: somebody else moves them.
pub(crate) const DEAD_LETTERS_IN_USE: ErrorCode = ErrorCode::conflict(
    "dead_letters_in_use",
    "Somebody moves the dead letters of this queue at the moment.",
)
.when("another call moves the dead letters of the queue; it takes half a minute at most");

/// What became of dead letters.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedLetters {
    /// Those that were sent back, or deleted where that was wanted.
    #[schema(example = 12)]
    moved: usize,
    /// Those of which nothing more was to be done, since their tasks are finished; they were deleted.
    #[schema(example = 1)]
    settled: usize,
    /// Those that were looked at and were not meant.
    #[schema(example = 0)]
    passed_over: usize,
    /// Whether the time was up before all were looked at: call again.
    #[schema(example = false)]
    is_more: bool,
}

impl From<Moved> for MovedLetters {
    fn from(moved: Moved) -> Self {
        Self {
            moved: moved.moved,
            settled: moved.settled,
            passed_over: moved.passed_over,
            is_more: moved.is_more,
        }
    }
}

/// Reads which letters are meant.
pub(crate) fn choice(fields: &mut Fields, task_id: Option<&str>, group: Option<String>) -> Choice {
    let task_id = task_id.and_then(|text| {
        let id = text.parse::<TaskId>();
        fields.check("task_id", id.map_err(|_| "Enter the id of a task."))
    });
    Choice { task_id, group }
}

/// Does something that only one call may do to the dead letters of a queue at a time.
pub(crate) async fn alone<T>(
    app: &App,
    info: &RequestInfo,
    known: &'static Known,
    work: impl Future<Output = Answer<T>>,
) -> Answer<T> {
    let lock = Lock::take(app.store(), known.name, &info.id, app.now()).await?;
    let lock = lock.ok_or(DEAD_LETTERS_IN_USE)?;
    let done = work.await;
    if let Err(error) = lock.release().await {
        tracing::warn!(%error, "the lock of the dead letters ends by itself");
    }
    done
}
