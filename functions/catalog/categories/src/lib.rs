//! The tree of categories, as visitors read and administrators change it.

#![expect(
    missing_docs,
    reason = "a module is one endpoint, and its handler carries the documentation"
)]

mod category_body;
mod change;
pub mod create_category;
pub mod delete_category;
pub mod get_category;
pub mod list_categories;
pub mod replace_category;
pub mod update_category;
mod write;

use api::Endpoint;
use kernel::settings::{Check, check};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    list_categories::ENDPOINT,
    create_category::ENDPOINT,
    get_category::ENDPOINT,
    replace_category::ENDPOINT,
    update_category::ENDPOINT,
    delete_category::ENDPOINT,
];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>];
