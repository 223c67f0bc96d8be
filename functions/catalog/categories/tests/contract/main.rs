//! What every endpoint answers that is about categories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod changes;
mod deletion;
mod lists;
mod meanwhile;
mod refused;
mod support;
