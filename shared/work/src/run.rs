//! A try of a task, as its job's function sees it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cloud::App;
use kernel::id::TaskId;
use kernel::task::Task;
use store::{Claimed, Left, Progress, Tasks};
use tokio::time::Instant;

use crate::outcome::Failure;

/// A try of a task. Work that takes long tells by it how far it is, hears by it that it is called off, and hands on to the next
/// try before its time is up.
#[derive(Clone)]
pub struct Run {
    app: App,
    claimed: Arc<Claimed>,
    ends_at: Instant,
}

impl Run {
    pub(crate) fn new(app: App, claimed: Arc<Claimed>, ends_at: Instant) -> Self {
        Self {
            app,
            claimed,
            ends_at,
        }
    }

    /// The task that is tried.
    pub fn task(&self) -> &Task {
        &self.claimed.task
    }

    /// The id of the task itself, which is another one than [`Assigned::id`](crate::Assigned::id) where an operator had it
    /// tried again.
    pub fn task_id(&self) -> TaskId {
        self.claimed.task.id
    }

    /// The number of this try, from 1.
    pub fn attempt(&self) -> u32 {
        self.claimed.attempt
    }

    /// The parts that are done: what an earlier try told last.
    pub fn done_before(&self) -> u64 {
        self.claimed.progress.map_or(0, |progress| progress.done)
    }

    /// The time that is left for this try. When it is up, the try is ended and counts as failed; so work that takes longer puts
    /// itself off before ([`Failure::Deferred`]), and goes on from [`done_before`](Self::done_before).
    pub fn time_left(&self) -> Duration {
        self.ends_at.saturating_duration_since(Instant::now())
    }

    /// Tells how far the work is.
    ///
    /// # Errors
    /// The failure to end with, by `?`: the task was called off, or is another worker's by now.
    pub async fn tell(&self, done: u64, total: u64) -> Result<(), Failure> {
        let tasks = Tasks(self.app.store());
        let progress = Progress { done, total };
        match tasks.progress(&self.claimed, progress).await? {
            Left::Recorded => Ok(()),
            Left::CalledOff => Err(Failure::CalledOff),
            Left::Lost => Err(Failure::Transient(
                "the lease has passed to another worker".to_owned(),
            )),
        }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Run")
            .field("task", &self.task_id())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}
