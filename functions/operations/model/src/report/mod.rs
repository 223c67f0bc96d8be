//! Monthly reports for operators: what they are about, where their files are, who is told.
//!
//! A report is a task of the kind `report`. The crate `reports` does it, in a function of its own; here is what it shares with
//! the endpoints.

mod files;
mod month;
mod rules;
mod store;

pub use files::{REPORT_LIFETIME, ReportFile, ReportFolder, ReportKey};
pub use month::Month;
pub use rules::{ReportKind, Unreported};
pub use store::Reports;
