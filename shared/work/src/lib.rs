//! Work that is not a request.
//!
//! A handler writes a task in the transaction of what it is part of (`store`). The table's stream calls [`relay`], which
//! sends a message per task to the queue of its kind. The queue calls a worker, which goes through its messages with
//! [`Batch`]. A new kind of work: a variant of `domain::task::Work`, and an arm in the worker of its queue.

mod batch;
mod message;
mod outcome;
mod relay;
mod serve;
mod worker;

pub use batch::Batch;
pub use message::TaskMessage;
pub use outcome::{Done, Failure};
pub use relay::{RelayError, relay};
pub use serve::{serve, serve_if_named};
pub use worker::Worker;

#[doc(hidden)]
pub use serve::serve_as;
