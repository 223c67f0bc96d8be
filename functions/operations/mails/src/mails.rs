//! The mails of this crate, one struct each.

mod test_mail;

pub use test_mail::TestMail;
