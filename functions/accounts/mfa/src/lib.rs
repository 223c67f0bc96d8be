//! The second factor: setting it up, answering with it, taking it away.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod answer_challenge;
pub mod begin_totp;
pub mod confirm_totp;
pub mod disable_totp;
mod recovery_codes;
pub mod renew_recovery_codes;

use api::Endpoint;
use kernel::settings::{Check, check};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    begin_totp::ENDPOINT,
    confirm_totp::ENDPOINT,
    disable_totp::ENDPOINT,
    renew_recovery_codes::ENDPOINT,
    answer_challenge::ENDPOINT,
];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[
    check::<accounts::Settings>,
    check::<identity::Settings>,
    check::<mail::Brand>,
];
