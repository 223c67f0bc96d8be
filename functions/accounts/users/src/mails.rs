//! The mails of this crate, one struct each.

mod deletion_notice;
mod email_change;
mod export_ready;

pub use deletion_notice::DeletionNotice;
pub use email_change::EmailChange;
pub use export_ready::ExportReady;
