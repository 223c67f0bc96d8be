//! "The copy of your data is ready."

use jiff::Timestamp;
use kernel::id::TaskId;
use mail::templates;
use mail::{Addressee, Brand, Ends, Frame, Message};

/// Says where the copy of all of an account's data is. Fetching it takes a log-in, so the link holds no secret.
#[derive(Debug)]
pub struct ExportReady<'a> {
    /// The owner of the account that the data is about.
    pub addressee: &'a Addressee,
    /// The id of the export that made the copy.
    pub export_id: TaskId,
    /// The moment until which the copy can be fetched.
    pub ends_at: Timestamp,
    /// The moment at which the mail is written.
    pub now: Timestamp,
}

struct View {
    frame: Frame,
    link: String,
    ends: Ends,
}

templates!(
    View,
    "export_ready",
    "export_ready/subject.txt",
    "export_ready/body.txt",
    "export_ready/body.html"
);

impl ExportReady<'_> {
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let link = frame.page(&format!("/exports/{}", self.export_id));
        let ends = Ends::new(self.ends_at, self.now, frame.language);
        message(&self.addressee.email, &View { frame, link, ends })
    }
}
