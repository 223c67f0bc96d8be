//! Queues, and the messages that could not be worked off.
//!
//! Where a queue is and how it is worked off says the template. An operator looks at it, stops the work on it for a while, and
//! decides about its dead letters.

mod dead_letters;
mod lock;
mod rules;
mod store;

pub use dead_letters::{Choice, DeadLetter, DeadLetterError, DeadLetters, Moved};
pub use lock::Lock;
pub use rules::{FAILURES, Holds, Known, QUEUES, group};
pub use store::QueueState;
