//! "This was not me": taking back what somebody else did.

mod logins;
mod store;

pub use store::Denial;
