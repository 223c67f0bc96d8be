//! "Your session was ended."

use jiff::Timestamp;

use super::templates;
use crate::ends;
use crate::message::{Addressee, Brand, Frame, Message};
use crate::text::{one_line, one_line_without_links};

/// Longest agent that is shown, in characters. It is the words of whoever called, perhaps of a thief.
const MAX_AGENT: usize = 160;
/// Longest client address: an IPv6 one with an IPv4 tail has 45.
const MAX_CLIENT: usize = 45;

/// Tells the owner that a refresh token was used again, and that its session is over.
#[derive(Debug)]
pub struct TokenReuseNotice<'a> {
    /// Whose session it was.
    pub addressee: &'a Addressee,
    /// When the old token was used again.
    pub at: Timestamp,
    /// The address it was used from.
    pub client: &'a str,
    /// The `User-Agent` it was used with; may be empty.
    pub agent: &'a str,
}

struct View {
    frame: Frame,
    at: String,
    client: String,
    agent: String,
    link: String,
}

templates!(
    View,
    "token_reuse_notice",
    "token_reuse_notice/subject.txt",
    "token_reuse_notice/body.txt",
    "token_reuse_notice/body.html"
);

impl TokenReuseNotice<'_> {
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let view = View {
            at: ends::moment(self.at),
            client: or_unknown(one_line(self.client, MAX_CLIENT)),
            agent: or_unknown(one_line_without_links(self.agent, MAX_AGENT)),
            link: frame.page("/reset-password"),
            frame,
        };
        message(&self.addressee.email, &view)
    }
}

fn or_unknown(text: String) -> String {
    if text.is_empty() {
        "not known".to_owned()
    } else {
        text
    }
}
