//! The rules of KinWise: types that cannot hold a wrong value, and the decisions made with them.
//!
//! No I/O and no async. Time and randomness are arguments, so every rule can be tested at any moment.

pub mod actions;
pub mod audit;
pub mod avatar;
pub mod clock;
pub mod code;
pub mod device;
pub mod email;
pub mod factor;
pub mod id;
pub mod job;
pub mod jobs;
pub mod limit;
pub mod link;
pub mod login;
pub mod password;
pub mod permission;
pub mod person;
pub mod profile;
pub mod random;
pub mod search;
pub mod session;
pub mod task;
pub mod user;

mod digest;
mod error_chain;
mod user_agent;

pub use error_chain::error_chain;
