//! Monthly reports: what happened is read page by page, counted, and written row by row into a PDF file and CSV files.
//!
//! The function has a program of its own, because it brings what makes PDF files, and fonts: the folder `fonts` is packaged
//! beside it. How the files look is the affair of the crate `report`, which knows nothing of ours.
//!
//! # To add
//!
//! - **a series or a chart to a report**: where its [source](sources) counts.
//! - **a report**: a variant of [`ReportKind`](operations::report::ReportKind); the compiler asks for its source, its words and
//!   how long its data is kept.
//! - **a language**: the compiler asks for its words.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod counts;
pub mod draft;
mod jobs;
mod language;
pub mod mails;
mod notes;
mod settings;
mod sources;
pub mod write_report;

use kernel::settings::{Check, check};
use mail::Prepared;
use operations::jobs::SendReportReady;
use work::{Registered, Worker, job};

pub use crate::settings::Settings;

/// The jobs that send a mail.
pub const MAILS: &[Registered<Prepared>] = &[job!(SendReportReady, jobs::send_report_ready)];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[write_report::WORKER];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[
    check::<Settings>,
    check::<identity::OptOutSettings>,
    check::<mail::Brand>,
    check::<mail::Settings>,
    check::<work::Settings>,
];
