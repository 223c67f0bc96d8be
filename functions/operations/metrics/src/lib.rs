//! Figures for Prometheus: how they are added up, and the page that shows them.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod collect_metrics;
mod exposition;
pub mod show_metrics;
mod token;

use api::Endpoint;
use kernel::settings::{Check, check};
use work::Worker;

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[show_metrics::ENDPOINT];

/// The functions that are not called over HTTP.
pub const WORKERS: &[Worker] = &[collect_metrics::WORKER];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<operations::metrics::Scraping>];
