//! Products and their variants, as visitors see and sellers change them.

#![expect(
    missing_docs,
    reason = "a module is one endpoint, and its handler carries the documentation"
)]

mod belongings;
mod change;
mod changed_variant;
pub mod create_product;
pub mod create_variant;
pub mod delete_product;
pub mod delete_variant;
pub mod get_product;
mod jobs;
pub mod list_variants;
pub mod replace_product;
pub mod update_product;
pub mod update_variant;

use api::Endpoint;
pub use belongings::ProductBelongings;
use catalog::jobs::ClearProduct;
use kernel::settings::{Check, check};
use work::{Done, Registered, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    create_product::ENDPOINT,
    get_product::ENDPOINT,
    replace_product::ENDPOINT,
    update_product::ENDPOINT,
    delete_product::ENDPOINT,
    list_variants::ENDPOINT,
    create_variant::ENDPOINT,
    update_variant::ENDPOINT,
    delete_variant::ENDPOINT,
];

/// The jobs that do other work.
pub const JOBS: &[Registered<Done>] = &[job!(ClearProduct, jobs::clear_product)];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>];
