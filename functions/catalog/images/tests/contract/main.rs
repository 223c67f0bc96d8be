//! What every endpoint of images answers, and what the worker makes of uploads.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod changes;
mod create_image_upload;
mod deletion;
mod faults;
mod forms;
mod lists;
mod meanwhile;
mod process_image;
mod refused;
mod show_image;
mod support;
