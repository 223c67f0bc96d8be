//! "Your report is ready."

use jiff::Timestamp;
use kernel::id::TaskId;
use mail::templates;
use mail::{Addressee, Brand, Ends, Frame, Message};
use operations::jobs::WriteReport;

use crate::language;

/// Says where the files of a report are. Fetching them takes a log-in, so the link holds no secret.
#[derive(Debug)]
pub struct ReportReady<'a> {
    /// The owner of the account that asked for the report.
    pub addressee: &'a Addressee,
    /// The task that wrote it.
    pub task_id: TaskId,
    /// The report itself.
    pub report: WriteReport,
    /// The moment until which its files can be fetched.
    pub ends_at: Timestamp,
    /// The moment at which the mail is written.
    pub now: Timestamp,
}

struct View {
    frame: Frame,
    link: String,
    ends: Ends,
    title: &'static str,
    month: String,
}

templates!(
    View,
    "report_ready",
    "report_ready/subject.txt",
    "report_ready/body.txt",
    "report_ready/body.html"
);

impl ReportReady<'_> {
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let view = View {
            link: frame.page(&format!("/reports/{}", self.task_id)),
            ends: Ends::new(self.ends_at, self.now, frame.language),
            title: language::title(language::of(frame.language), self.report.report),
            month: self.report.month.to_string(),
            frame,
        };
        message(&self.addressee.email, &view)
    }
}
