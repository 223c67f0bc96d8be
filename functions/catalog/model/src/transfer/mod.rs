//! The catalogue as a file: imports and exports.
//!
//! Each is a task that `transfer_products` does in steps. What it has done is kept beside the files in the bucket, so that a run goes
//! on where the one before it ended, or died.

mod files;
mod format;

pub use files::{
    TRANSFER_LIFETIME, TransferFile, TransferFolder, TransferKey, UploadId, UploadKey,
};
pub use format::{Format, UnknownFormat};
