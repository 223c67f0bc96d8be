//! Schedules as operators see them, and the sweep of tasks.
//!
//! How a schedule is declared and run is everybody's: [`work::schedule`]. `watch_schedules`, which knows those of all areas,
//! is one of the workers.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod disable_schedule;
pub mod enable_schedule;
pub mod list_schedule_runs;
pub mod list_schedules;
pub mod run_schedule_now;
pub mod sweep_tasks;

use api::Endpoint;
use kernel::settings::{Check, check};
use work::Worker;
use work::schedule::Schedule;

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    list_schedules::ENDPOINT,
    list_schedule_runs::ENDPOINT,
    run_schedule_now::ENDPOINT,
    enable_schedule::ENDPOINT,
    disable_schedule::ENDPOINT,
];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[sweep_tasks::WORKER];

/// What comes with the clock.
pub const SCHEDULES: &[Schedule] = &[sweep_tasks::SCHEDULE];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>];
