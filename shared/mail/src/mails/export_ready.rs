//! "The copy of your data is ready."

use domain::id::TaskId;
use jiff::Timestamp;

use super::templates;
use crate::ends::Ends;
use crate::message::{Addressee, Brand, Frame, Message};

/// Says where the copy of all of an account's data is. Fetching it takes a log-in, so the link holds no secret.
#[derive(Debug)]
pub struct ExportReady<'a> {
    /// Whose data it is.
    pub addressee: &'a Addressee,
    /// Which copy.
    pub export_id: TaskId,
    /// Until when it can be fetched.
    pub ends_at: Timestamp,
    /// When the mail is written.
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
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let link = frame.page(&format!("/exports/{}", self.export_id));
        let ends = Ends::new(self.ends_at, self.now);
        message(&self.addressee.email, &View { frame, link, ends })
    }
}
