//! Work that is not a request: the outbox relay and the mail worker.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod mails;
pub mod relay_outbox;
pub mod send_email;
