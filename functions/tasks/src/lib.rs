//! Work that is not a request: the outbox relay and the workers of the queues.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod perform_work;
mod registry;
pub mod relay_outbox;
pub mod send_email;
