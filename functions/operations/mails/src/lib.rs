//! What became of mails, as SES says it, and the addresses that get none.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod belongings;
pub mod find_mails;
pub mod list_suppressions;
mod mail_status;
pub mod record_mail_event;
pub mod release_suppression;
mod settings;

use api::Endpoint;
pub use belongings::MailBelongings;
use kernel::settings::{Check, check};
use work::Worker;

use crate::settings::Settings;

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    list_suppressions::ENDPOINT,
    release_suppression::ENDPOINT,
    find_mails::ENDPOINT,
];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[record_mail_event::WORKER];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>, check::<Settings>];
