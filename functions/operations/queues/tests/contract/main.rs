//! What every endpoint answers that is about queues, and what it does to their dead letters.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod dead_letters;
mod list_queues;
mod support;
