//! What every endpoint of the area answers, and what the worker makes of uploads.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod create_avatar_upload;
mod delete_avatar;
mod faults;
mod forms;
mod meanwhile;
mod process_avatar;
mod refused;
mod show_avatar;
mod steps;
