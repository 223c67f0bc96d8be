//! What every endpoint answers that is about tasks, what it leaves behind, and what becomes of the tasks.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod create_task;
mod idempotency;
mod interleavings;
mod long_running;
mod operators;
mod own_tasks;
mod revoke_task;
mod states;
mod support;
mod thousand;
