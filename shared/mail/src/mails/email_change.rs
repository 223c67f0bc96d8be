//! "Please confirm your new address."

use domain::link::LinkToken;
use jiff::Timestamp;

use super::templates;
use crate::ends::Ends;
use crate::message::{Addressee, Brand, Frame, Message};

/// Asks for the proof that the address an account is to have is its owner's.
#[derive(Debug)]
pub struct EmailChange<'a> {
    /// Whose account it is, with the address it is to have.
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
    "email_change",
    "email_change/subject.txt",
    "email_change/body.txt",
    "email_change/body.html"
);

impl EmailChange<'_> {
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let link = frame.page(&format!("/confirm-email?token={}", self.token.expose()));
        let ends = Ends::new(self.ends_at, self.now);
        message(&self.addressee.email, &View { frame, link, ends })
    }
}
