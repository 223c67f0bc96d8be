//! Mailed links: what each is good for, how long, and what it is worth.

pub(crate) mod keys;
mod lists;
mod rules;
mod store;

pub use lists::{LinkState, ListedLink};
pub use rules::*;
pub use store::{IssueOutcome, Link, Links, Worth};
