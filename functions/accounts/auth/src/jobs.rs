//! The mails of registration, log-in and passwords, and the notices of what was done to an account.

mod owner;
mod send_administration_notice;
mod send_administrator_change;
mod send_deletion_notice;
mod send_one_time_code;
mod send_password_reset;
mod send_security_notice;
mod send_verification;
mod send_welcome;

pub(crate) use send_administration_notice::send_administration_notice;
pub(crate) use send_administrator_change::send_administrator_change;
pub(crate) use send_deletion_notice::send_deletion_notice;
pub(crate) use send_one_time_code::send_one_time_code;
pub(crate) use send_password_reset::send_password_reset;
pub(crate) use send_security_notice::send_security_notice;
pub(crate) use send_verification::send_verification;
pub(crate) use send_welcome::send_welcome;
