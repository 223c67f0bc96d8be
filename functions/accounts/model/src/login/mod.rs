//! Log-ins: what somebody is named by, what is proved, and what becomes of it.

pub(crate) mod keys;
mod rules;
mod store;

pub use rules::*;
pub use store::{LoginOutcome, Logins, NewLogin, Proof, SecondProof};
