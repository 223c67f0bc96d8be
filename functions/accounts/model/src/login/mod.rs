//! Log-ins: what somebody is named by, what is proved, and what becomes of it.

mod arrival;
pub(crate) mod keys;
mod rules;
mod store;

pub use arrival::{Arrival, SeenDevice};
pub use rules::*;
pub use store::{LoginOutcome, Logins, NewLogin, Proof, SecondProof};
