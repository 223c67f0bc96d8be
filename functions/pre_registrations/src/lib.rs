//! Addresses left before the product opens.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod confirm_pre_registration;
pub mod create_pre_registration;
mod entry;
pub mod list_pre_registrations;

use api::Endpoint;

/// The crate's routes, in the order of `template.yaml`.
pub const ENDPOINTS: &[Endpoint] = &[
    create_pre_registration::ENDPOINT,
    confirm_pre_registration::ENDPOINT,
    list_pre_registrations::ENDPOINT,
];
