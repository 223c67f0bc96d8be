//! Another e-mail address for an account, and the address it had.

mod former;
pub(crate) mod keys;
pub(crate) mod store;

pub use store::{EmailChangeOutcome, EmailChanges};
