//! `cargo xtask bench`, in parts: what is measured, with which events, and how it is reported.

pub(crate) mod accounts;
pub(crate) mod events;
pub(crate) mod measure;
pub(crate) mod report;
