//! What becomes of work that is not a request: relayed, done once, tried again, given up.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod delivered_twice;
mod lost_tasks;
mod mails;
mod notices;
mod pace;
mod relay_outbox;
mod retries;
mod stored;
mod storm;
