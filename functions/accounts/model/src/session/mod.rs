//! Sessions: a log-in on one device, its refresh tokens and its end.

pub mod device;
pub(crate) mod keys;
mod own;
mod proofs;
mod rules;
pub(crate) mod store;
mod user_agent;

pub use proofs::ReauthenticationOutcome;
pub use rules::*;
pub use store::Sessions;
