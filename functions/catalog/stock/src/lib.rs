//! Stocks: what there is of each variant, how that came, and what there is little of.
//!
//! Who changes a stock writes its items alone. [`record_movements`] reads the table's stream, writes each change down, and notes
//! at the variant whether there is any and whether there is little; [`report_low_stock`] tells the administrators of the latter.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod adjust_stock;
mod jobs;
pub mod list_low_stock;
pub mod list_stock_movements;
pub mod mails;
pub mod record_movements;
pub mod report_low_stock;
pub mod spread_stock;

use api::Endpoint;
use catalog::jobs::SendLowStock;
use kernel::settings::{Check, check};
use mail::Prepared;
use work::schedule::Schedule;
use work::{Registered, Worker, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    adjust_stock::ENDPOINT,
    spread_stock::ENDPOINT,
    list_stock_movements::ENDPOINT,
    list_low_stock::ENDPOINT,
];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[record_movements::WORKER, report_low_stock::WORKER];

/// What comes with the clock.
pub const SCHEDULES: &[Schedule] = &[report_low_stock::SCHEDULE];

/// The jobs that send a mail.
pub const MAILS: &[Registered<Prepared>] = &[job!(SendLowStock, jobs::send_low_stock)];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>];
