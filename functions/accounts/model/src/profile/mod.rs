//! What people say of themselves.

mod names;
mod rules;
mod store;

pub use names::{InvalidName, Name, Username};
pub use rules::*;
pub use store::ProfileOutcome;
