//! Log-ins: what somebody is named by, what is proved, and what becomes of it.

mod arrival;
mod device_token;
mod devices;
pub(crate) mod keys;
mod rules;
mod store;

pub use arrival::Arrival;
pub use device_token::{DeviceId, DeviceToken};
pub use devices::{DeviceClaim, SeenDevice};
pub use rules::*;
pub use store::{LoginOutcome, Logins, NewLogin, Proof, SecondProof};
