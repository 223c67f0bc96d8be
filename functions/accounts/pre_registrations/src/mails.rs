//! The mails of this crate, one struct each.

mod pre_registration;

pub use pre_registration::PreRegistration;
