//! Passwords: what is accepted, how it is kept, and how it is changed.

mod argon2id;
mod hash;
mod resets;
mod rules;
mod store;

pub use hash::PasswordHash;
pub use resets::{ChangeOutcome, NewPassword};
pub use rules::*;
pub use store::Passwords;
