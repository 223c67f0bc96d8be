//! Reports, from the request to the files.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod asked;
mod files;
mod once;
mod pages;
mod support;
