//! "Your account will be deleted."

use domain::link::LinkToken;
use jiff::Timestamp;

use super::templates;
use crate::ends::Ends;
use crate::message::{Addressee, Brand, Frame, Message};

/// Says when an account will be deleted, with a link that keeps it.
#[derive(Debug)]
pub struct DeletionNotice<'a> {
    /// Whose account it is.
    pub addressee: &'a Addressee,
    /// The secret of the link.
    pub token: &'a LinkToken,
    /// When the link ends.
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
    "deletion_notice",
    "deletion_notice/subject.txt",
    "deletion_notice/body.txt",
    "deletion_notice/body.html"
);

impl DeletionNotice<'_> {
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let link = frame.page(&format!("/cancel-deletion?token={}", self.token.expose()));
        let ends = Ends::new(self.ends_at, self.now);
        message(&self.addressee.email, &View { frame, link, ends })
    }
}
