//! Pictures of accounts.

mod rules;
mod store;

pub use rules::*;
pub use store::{Avatars, Former, Standing};
