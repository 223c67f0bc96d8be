//! The jobs of this crate.

mod send_test_mail;

pub(crate) use send_test_mail::send_test_mail;
