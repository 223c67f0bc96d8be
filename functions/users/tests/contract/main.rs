//! What every endpoint of the area answers, and what it leaves behind.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod get_current_user;
