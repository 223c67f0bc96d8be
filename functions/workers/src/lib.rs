//! Work that is not a request: the outbox relay and the workers of the queues.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod budget;
mod pace;
pub mod perform_work;
pub mod relay_outbox;
pub mod send_email;
pub mod watch_schedules;

use kernel::settings::{Check, check};
use work::{Relaying, Worker};

/// The crate's functions, in the order of `functions/workers/template.yaml`.
pub const WORKERS: &[Worker] = &[
    relay_outbox::WORKER,
    send_email::WORKER,
    perform_work::WORKER,
    watch_schedules::WORKER,
];

/// The settings of the areas, whose jobs the workers run, and those of mail, checked when a worker starts.
pub fn settings() -> Vec<Check> {
    let mut settings = areas::SETTINGS.concat();
    settings.extend([
        check::<mail::Brand>,
        check::<mail::Settings>,
        check::<work::Settings>,
        check::<Relaying>,
    ]);
    settings
}
