//! What every API has besides its business: a root, a health check, its description, pages that draw it, and an answer
//! for paths that do not exist.

#![expect(
    missing_docs,
    reason = "a module is one endpoint, and its handler carries the documentation"
)]

pub mod answer_unknown;
pub mod check_health;
pub mod serve_asset;
pub mod serve_docs;
pub mod serve_redoc;
pub mod serve_schema;
pub mod show_root;

mod assets;
mod page;
mod probe;
mod routes;
mod schema;

use api::Endpoint;
use kernel::settings::{Check, check};

/// The crate's routes, in the order of its area's template. The last takes what no route does.
pub const ENDPOINTS: &[Endpoint] = &[
    show_root::ENDPOINT,
    check_health::ENDPOINT,
    serve_schema::ENDPOINT,
    serve_docs::ENDPOINT,
    serve_redoc::ENDPOINT,
    serve_asset::ENDPOINT,
    answer_unknown::ENDPOINT,
];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<mail::Brand>];
