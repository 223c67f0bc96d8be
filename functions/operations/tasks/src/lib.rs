//! Tasks that accounts ask for, and what operators do with those of everybody.
//!
//! A kind of task is a job whose input is asked for by a request. To add one: its type in the model's `jobs.rs`, its function
//! in `jobs/` here, its line in [`JOBS`], and its line in [`kinds`](kinds::KINDS), by which requests name it. The kind `report`
//! has no function here: it needs fonts, and is done by the crate `reports`.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod all_tasks;
mod belongings;
pub mod create_task;
pub mod get_task;
mod jobs;
pub mod kinds;
pub mod list_all_tasks;
pub mod list_tasks;
mod own_task;
pub mod retry_task;
pub mod revoke_any_task;
pub mod revoke_task;
pub mod show_report_files;
pub mod show_task;
mod timeline;

use api::Endpoint;
pub use belongings::TaskBelongings;
use kernel::settings::{Check, check};
use operations::jobs::{Add, LongRunning, ProcessData};
use work::{Done, Registered, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    create_task::ENDPOINT,
    list_tasks::ENDPOINT,
    get_task::ENDPOINT,
    revoke_task::ENDPOINT,
    show_report_files::ENDPOINT,
    list_all_tasks::ENDPOINT,
    show_task::ENDPOINT,
    retry_task::ENDPOINT,
    revoke_any_task::ENDPOINT,
];

/// The jobs that do the tasks.
pub const JOBS: &[Registered<Done>] = &[
    job!(Add, jobs::add),
    job!(LongRunning, jobs::run_long),
    job!(ProcessData, jobs::process_data),
];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>];
