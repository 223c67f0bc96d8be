//! What every area speaks of: ids, addresses, the time, randomness, limits, roles, permissions, the audit log, tasks
//! and jobs, settings, what a picture may be.
//!
//! There is no I/O, no async and no AWS. Time and randomness are arguments ([`clock::Clock`], [`random::Random`]): a
//! rule says `fn is_over(&self, now: Timestamp) -> bool` and never asks the machine, so a test sets any moment and gets
//! exact ids. A lint refuses the other ways.
//!
//! # What an area declares with it
//!
//! - Its ids, which are UUIDs of version 7 ([`id`]): they sort by the time at which they were made, and their types
//!   cannot be mixed up.
//! - Its settings: a [`Section`](settings::Section) with a `read` that names the variables. A function checks the
//!   sections it works with before it takes its first event, so that it does not start with a setting that is missing
//!   or makes no sense.
//! - Its permissions by [`permission::permissions!`], each with the roles that have it. A handler names the one it
//!   needs in its signature.
//! - Its actions by [`audit::actions!`]. An entry is made of an action and says more with each method:
//!   `app.audit(RENAMED).by(user_id).on(session_id)`.
//! - Its limits: a [`Limit`](limit::Limit) is a constant next to the handler that counts by it.
//! - Its jobs: a type per job that implements [`Job`](job::Job). A [`Task`](task::Task) is a job with its input, as it
//!   is stored.
//!
//! The lists are put together in the crate `areas`.
//!
//! # What belongs here
//!
//! Everything is built on this crate, so a change here rebuilds all of it. What one area alone needs belongs into that
//! area's model, and what two areas need may still be better twice than here.

pub mod audit;
pub mod clock;
pub mod digest;
pub mod email;
pub mod formula;
pub mod id;
pub mod input;
pub mod job;
pub mod limit;
pub mod mailbox;
pub mod money;
pub mod permission;
pub mod picture;
pub mod random;
pub mod role;
pub mod settings;
pub mod task;

mod error_chain;

pub use error_chain::error_chain;
