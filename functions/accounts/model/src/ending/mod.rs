//! The end of an account, and the copy of it that its owner can take along.

mod copy;
mod deletion;
mod store;

pub use copy::{AccountCopy, AuditCopy, LinkCopy};
pub use store::{DeletionOutcome, Endings};
