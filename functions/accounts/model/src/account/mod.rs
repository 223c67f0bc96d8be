//! Accounts: who has one, what they may do, and how they are kept.

mod administration;
pub(crate) mod conditions;
pub(crate) mod grants;
pub(crate) mod keys;
pub(crate) mod owners;
pub(crate) mod record;
mod rules;
mod spellings;
mod store;

pub use administration::Administration;
pub use rules::*;
pub use store::{NewUser, PromoteOutcome, RegisterOutcome, Users};
