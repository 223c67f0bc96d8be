//! Work that is not a request: the outbox relay, the workers of the queues, and what a schedule calls.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod deletion;
mod export;
mod mails;
pub mod perform_work;
pub mod purge_accounts;
pub mod relay_outbox;
pub mod send_email;

use work::Worker;

/// The crate's functions, in the order of `template.yaml`.
pub const WORKERS: &[Worker] = &[
    relay_outbox::WORKER,
    send_email::WORKER,
    perform_work::WORKER,
    purge_accounts::WORKER,
];
