//! The mail of pre-registrations.

mod send_pre_registration;

pub(crate) use send_pre_registration::send_pre_registration;
