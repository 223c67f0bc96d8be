//! Addresses left before the product opens.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod confirm_pre_registration;
pub mod create_pre_registration;
mod entry;
mod jobs;
pub mod list_pre_registrations;
pub mod mails;

use accounts::jobs::SendPreRegistration;
use api::Endpoint;
use kernel::settings::Check;
use mail::Prepared;
use work::{Registered, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    create_pre_registration::ENDPOINT,
    confirm_pre_registration::ENDPOINT,
    list_pre_registrations::ENDPOINT,
];

/// The jobs that send a mail.
pub const MAILS: &[Registered<Prepared>] =
    &[job!(SendPreRegistration, jobs::send_pre_registration)];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = proofs::SETTINGS;
