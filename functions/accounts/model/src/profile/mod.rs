//! What people say of themselves.

mod names;
mod phone_number;
mod rules;
mod store;

pub use identity::{Channel, NotificationSettings, Topic};
pub use names::{InvalidName, Name, Username};
pub use phone_number::PhoneNumber;
pub use rules::*;
pub use store::ProfileOutcome;
