//! What becomes of mails, and who gets none.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod find_mails;
mod interleavings;
mod record_mail_event;
mod send_test_email;
mod support;
mod suppressions;
