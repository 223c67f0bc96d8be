//! The catalogue as a file: imports and exports, as CSV or as JSON Lines.
//!
//! An administrator asks for a form, uploads a file by it, and asks for its import; or asks for an export. Either is a task,
//! which [`transfer_products`] does in steps that can be done twice:
//!
//! - **An import** reads a stretch of the file, makes the catalogue as its rows say ([`import`]), keeps what it refused, and then
//!   how far it is. What a row says already is not written, so a step that is done again writes nothing twice.
//! - **An export** goes through the categories and their products ([`export`]), and keeps how far it is with each part of the
//!   file.
//!
//! What a record looks like in a file is said once ([`record`]), for both.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod accepted;
mod belongings;
pub mod create_import_upload;
mod export;
pub mod export_products;
mod import;
pub mod import_products;
mod owner;
mod record;
pub mod show_transfer_file;
pub mod transfer_products;

use api::Endpoint;
pub use belongings::TransferBelongings;
use kernel::settings::{Check, check};
use work::Worker;

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    create_import_upload::ENDPOINT,
    import_products::ENDPOINT,
    export_products::ENDPOINT,
    show_transfer_file::ENDPOINT,
];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[transfer_products::WORKER];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>];
