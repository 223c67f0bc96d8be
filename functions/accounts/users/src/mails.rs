//! The mails of this crate, one struct each.

mod email_change;
mod export_ready;

pub use email_change::EmailChange;
pub use export_ready::ExportReady;
