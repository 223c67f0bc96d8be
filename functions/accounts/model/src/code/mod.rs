//! One-time codes: six digits that are mailed and log in once.

pub(crate) mod keys;
mod lists;
mod rules;
mod store;

pub use lists::{CodeState, ListedCode};
pub use rules::*;
pub use store::{Codes, Try};
