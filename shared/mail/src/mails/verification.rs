//! "Please confirm that this is your address."

use domain::link::LinkToken;
use jiff::Timestamp;

use super::templates;
use crate::ends::{self, Ends};
use crate::message::{Addressee, Brand, Frame, Message};

/// Asks for the proof that an address is its owner's. Says when the account was registered: whoever asks for another link
/// may not be who did that, and would open an account with somebody else's password.
#[derive(Debug)]
pub struct Verification<'a> {
    /// Who registered, or whose address somebody else did that with.
    pub addressee: &'a Addressee,
    /// When the account was registered.
    pub registered_at: Timestamp,
    /// The secret of the link.
    pub token: &'a LinkToken,
    /// When the link ends.
    pub ends_at: Timestamp,
    /// When the mail is written.
    pub now: Timestamp,
}

struct View {
    frame: Frame,
    registered_at: String,
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
        let view = View {
            registered_at: ends::moment(self.registered_at),
            link: frame.page(&format!("/verify-email?token={}", self.token.expose())),
            ends: Ends::new(self.ends_at, self.now),
            frame,
        };
        message(&self.addressee.email, &view)
    }
}
