//! "Please confirm that you want to hear from us."

use domain::link::LinkToken;
use jiff::Timestamp;

use super::templates;
use crate::ends::Ends;
use crate::message::{Addressee, Brand, Frame, Message};

/// Asks for the proof that an address left before the opening is its owner's.
#[derive(Debug)]
pub struct PreRegistration<'a> {
    /// Who left it.
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
    "pre_registration",
    "pre_registration/subject.txt",
    "pre_registration/body.txt",
    "pre_registration/body.html"
);

impl PreRegistration<'_> {
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let link = frame.page(&format!("/pre-registration?token={}", self.token.expose()));
        let ends = Ends::new(self.ends_at, self.now);
        message(&self.addressee.email, &View { frame, link, ends })
    }
}
