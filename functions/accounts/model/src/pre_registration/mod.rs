//! Addresses that are left before the product opens.

pub(crate) mod keys;
mod store;

pub use store::{PreRegistration, PreRegistrations};
