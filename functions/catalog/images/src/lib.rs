//! Images of products: from the upload to the shop.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod change;
pub mod create_image_upload;
mod decision;
pub mod delete_image;
mod jobs;
pub mod list_images;
pub mod process_image;
pub mod show_image;
pub mod update_image;

use api::Endpoint;
use catalog::jobs::DeleteImage;
use kernel::settings::{Check, check};
use work::{Done, Registered, Worker, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    list_images::ENDPOINT,
    create_image_upload::ENDPOINT,
    update_image::ENDPOINT,
    delete_image::ENDPOINT,
    show_image::ENDPOINT,
];

/// The jobs that do other work.
pub const JOBS: &[Registered<Done>] = &[job!(DeleteImage, jobs::delete_image)];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[process_image::WORKER];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>];
