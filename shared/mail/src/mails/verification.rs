//! "Please confirm that this is your address."

use domain::link::LinkToken;
use jiff::Timestamp;

use super::templates;
use crate::ends::Ends;
use crate::message::{Addressee, Brand, Frame, Message};

/// Asks for the proof that an address is its owner's.
#[derive(Debug)]
pub struct Verification<'a> {
    /// Who registered.
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
    "verification",
    "verification/subject.txt",
    "verification/body.txt",
    "verification/body.html"
);

impl Verification<'_> {
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let link = frame.page(&format!("/verify-email?token={}", self.token.expose()));
        let ends = Ends::new(self.ends_at, self.now);
        message(&self.addressee.email, &View { frame, link, ends })
    }
}
