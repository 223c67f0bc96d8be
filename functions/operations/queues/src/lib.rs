//! Queues and dead letters, as operators look at them and decide about them.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod known_queue;
pub mod list_dead_letters;
pub mod list_queues;
mod moving;
pub mod pause_queue;
pub mod purge_dead_letters;
pub mod redrive_dead_letters;
pub mod resume_queue;
mod settings;
mod work;

use api::Endpoint;
use kernel::settings::{Check, check};

pub use crate::settings::Settings;

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    list_queues::ENDPOINT,
    list_dead_letters::ENDPOINT,
    redrive_dead_letters::ENDPOINT,
    purge_dead_letters::ENDPOINT,
    pause_queue::ENDPOINT,
    resume_queue::ENDPOINT,
];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>, check::<Settings>];
