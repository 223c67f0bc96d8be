//! Work that is not a request.
//!
//! A handler writes a task in the transaction of what it is part of (`store`). The table's stream calls [`relay`], which
//! sends a message per task to the queue of its kind. The queue calls a worker, which goes through its messages with
//! [`Batch`] and has the function of each task's job do it. A new job is a type (`domain::job::Job`), a function, and a line
//! in its crate's list ([`job!`]).

mod batch;
mod belongings;
mod job;
mod message;
mod outcome;
mod relay;
mod serve;

pub use batch::Batch;
pub use belongings::{Belongings, Ended, Step};
#[doc(hidden)]
pub use job::assign;
pub use job::{Assigned, Attempt, Context, Registered};
pub use message::TaskMessage;
pub use outcome::{Done, Failure};
pub use relay::{RelayError, relay};
pub use serve::serve;
