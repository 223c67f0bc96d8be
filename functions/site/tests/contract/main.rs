//! The contract of each endpoint of this area, through its router.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod documentation;
mod root;
mod schema;
mod support;
mod unknown;
