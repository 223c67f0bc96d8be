//! The mails of reports.

mod send_report_ready;

pub(crate) use send_report_ready::send_report_ready;
