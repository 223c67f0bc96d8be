//! Pictures of accounts: from the upload to the profile.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod belongings;
pub mod create_avatar_upload;
mod decision;
pub mod delete_avatar;
mod jobs;
pub mod process_avatar;
pub mod show_avatar;

use accounts::jobs::DeleteAvatar;
use api::Endpoint;
pub use belongings::PictureBelongings;
use kernel::settings::Check;
use work::{Done, Registered, Worker, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    create_avatar_upload::ENDPOINT,
    delete_avatar::ENDPOINT,
    show_avatar::ENDPOINT,
];

/// The jobs that do other work.
pub const JOBS: &[Registered<Done>] = &[job!(DeleteAvatar, jobs::delete_avatar)];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[process_avatar::WORKER];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = proofs::SETTINGS;
