//! What becomes of log lines that measure something, and how it is shown.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]
#![expect(clippy::float_cmp, reason = "what is counted here are whole numbers")]

mod cardinality;
mod collecting;
mod page;
mod prometheus;
mod support;
