//! "Choose a new password."

use domain::link::LinkToken;
use jiff::Timestamp;

use super::templates;
use crate::ends::Ends;
use crate::message::{Addressee, Brand, Frame, Message};

/// Brings the link that chooses a new password.
#[derive(Debug)]
pub struct PasswordReset<'a> {
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
    "password_reset",
    "password_reset/subject.txt",
    "password_reset/body.txt",
    "password_reset/body.html"
);

impl PasswordReset<'_> {
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let link = frame.page(&format!("/reset-password?token={}", self.token.expose()));
        let ends = Ends::new(self.ends_at, self.now);
        message(&self.addressee.email, &View { frame, link, ends })
    }
}
