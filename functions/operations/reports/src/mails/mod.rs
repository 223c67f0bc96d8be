//! The mails of this crate, one struct each.

mod report_ready;

pub use report_ready::ReportReady;
