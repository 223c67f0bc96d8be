//! `cargo xtask bench`, in parts: what functions are called with and on, what is measured, and how it is reported.

mod authenticator;
mod events;
pub(crate) mod files;
pub(crate) mod measure;
mod people;
pub(crate) mod report;
mod scenes;
mod snapshot;
pub(crate) mod stage;
