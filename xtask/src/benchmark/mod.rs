//! `cargo xtask bench`, in parts: what functions are called with and on, what is measured, and how it is reported.

mod authenticator;
pub(crate) mod callgrind;
pub(crate) mod catalog;
mod events;
pub(crate) mod files;
pub(crate) mod hash;
pub(crate) mod measure;
mod people;
pub(crate) mod report;
pub(crate) mod run;
mod scenes;
mod snapshot;
pub(crate) mod stage;
