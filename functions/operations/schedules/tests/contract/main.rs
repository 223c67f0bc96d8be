//! What every endpoint answers that is about schedules, and what comes with the clock.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod operators;
mod runs;
mod sweep;
