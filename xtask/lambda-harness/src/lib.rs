//! A Lambda Runtime API of our own: it runs a function's binary as Lambda does, hands it events, and
//! lets its caller look at the process, measure it and kill it.
//!
//! `Function::start` serves the API on a port of its own and spawns the binary; `invoke` hands over
//! one event and waits for the outcome, which may be that the process died. `Usage` reads what the
//! process has cost so far.

mod function;
mod outcome;
mod runtime_api;
mod usage;

pub use function::{Function, Launch, StartError};
pub use outcome::{InitError, Outcome};
pub use usage::Usage;
