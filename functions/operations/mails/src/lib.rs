//! What became of mails, as SES says it, and the addresses that get none.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod belongings;
pub mod find_mails;
mod jobs;
pub mod list_suppressions;
mod mail_status;
pub mod mails;
pub mod record_mail_event;
pub mod release_suppression;
pub mod send_test_email;
mod settings;

use api::Endpoint;
pub use belongings::MailBelongings;
use kernel::settings::{Check, check};
use mail::Prepared;
use operations::jobs::SendTestMail;
use work::{Registered, Worker, job};

use crate::settings::Settings;

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    list_suppressions::ENDPOINT,
    release_suppression::ENDPOINT,
    find_mails::ENDPOINT,
    send_test_email::ENDPOINT,
];

/// The jobs that send a mail.
pub const MAILS: &[Registered<Prepared>] = &[job!(SendTestMail, jobs::send_test_mail)];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[record_mail_event::WORKER];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>, check::<Settings>];
