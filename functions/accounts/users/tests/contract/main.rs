//! What every endpoint of the area answers, and what it leaves behind.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod account_deletion;
mod email_change;
mod export;
mod get_current_user;
mod meanwhile;
mod profile;
mod promotion;
mod sessions;
mod unsubscribe;
