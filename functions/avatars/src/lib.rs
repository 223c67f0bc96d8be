//! Pictures of accounts: from the upload to the profile.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod create_avatar_upload;
mod decision;
pub mod delete_avatar;
mod notice;
mod picture;
pub mod process_avatar;
pub mod show_avatar;

use api::Endpoint;
use work::Worker;

/// The crate's routes, in the order of `template.yaml`.
pub const ENDPOINTS: &[Endpoint] = &[
    create_avatar_upload::ENDPOINT,
    delete_avatar::ENDPOINT,
    show_avatar::ENDPOINT,
];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[process_avatar::WORKER];
