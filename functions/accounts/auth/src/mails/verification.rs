//! "Please confirm that this is your address."

use accounts::link::LinkToken;
use jiff::Timestamp;
use mail::templates;
use mail::{Addressee, Brand, Ends, Frame, Message, ends};

/// Asks for the proof that an address is its owner's. Says when the account was registered: whoever asks for another link
/// may not be who did that, and would open an account with somebody else's password.
#[derive(Debug)]
pub struct Verification<'a> {
    /// The person who registered, or with whose address somebody else did.
    pub addressee: &'a Addressee,
    /// The moment at which the account was registered.
    pub registered_at: Timestamp,
    /// The secret of the link.
    pub token: &'a LinkToken,
    /// The moment at which the link expires.
    pub ends_at: Timestamp,
    /// The moment at which the mail is written.
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
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let view = View {
            registered_at: ends::moment(self.registered_at, frame.language),
            link: frame.page(&format!("/verify-email?token={}", self.token.expose())),
            ends: Ends::new(self.ends_at, self.now, frame.language),
            frame,
        };
        message(&self.addressee.email, &view)
    }
}
