//! "This was done to your account. Was it you?"

use accounts::jobs::SecurityEvent;
use accounts::link::LinkToken;
use jiff::Timestamp;
use mail::templates;
use mail::text::{one_line, one_line_without_links};
use mail::{Addressee, Brand, Ends, Frame, Message, ends};

/// The longest name of a device that is shown, in characters. It is the words of whoever called, perhaps of a thief.
const MAX_DEVICE: usize = 60;
/// The longest client address: an IPv6 one with an IPv4 tail has 45 characters.
const MAX_CLIENT: usize = 45;

/// Tells the owner of something done to the account, with a link that says it was not them.
#[derive(Debug)]
pub struct SecurityNotice<'a> {
    /// The owner of the account; where its address was changed, with the one it had.
    pub addressee: &'a Addressee,
    /// The event that the owner is told of.
    pub event: SecurityEvent,
    /// The moment at which it was done.
    pub at: Timestamp,
    /// The place it was done from, where that is known.
    pub place: Option<Place<'a>>,
    /// The number of recovery codes that the account has left, where one was used.
    pub recovery_codes_left: Option<usize>,
    /// The secret of the link.
    pub token: &'a LinkToken,
    /// The moment at which the link expires.
    pub ends_at: Timestamp,
    /// The moment at which the mail is written.
    pub now: Timestamp,
}

/// The place that something was done from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The address of the client.
    pub client: &'a str,
    /// What a person would call the device; may be empty.
    pub device: &'a str,
}

struct View {
    frame: Frame,
    event: SecurityEvent,
    at: String,
    place: Option<ShownPlace>,
    recovery_codes_left: Option<String>,
    link: String,
    ends: Ends,
}

struct ShownPlace {
    client: String,
    device: String,
}

templates!(
    View,
    "security_notice",
    "security_notice/subject.txt",
    "security_notice/body.txt",
    "security_notice/body.html"
);

impl SecurityNotice<'_> {
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let place = self.place.map(|place| ShownPlace {
            client: or_unknown(one_line(place.client, MAX_CLIENT)),
            device: or_unknown(one_line_without_links(place.device, MAX_DEVICE)),
        });
        let view = View {
            event: self.event,
            at: ends::moment(self.at),
            place,
            recovery_codes_left: self.recovery_codes_left.map(recovery_codes_left),
            link: frame.page(&format!("/not-me?token={}", self.token.expose())),
            ends: Ends::new(self.ends_at, self.now),
            frame,
        };
        message(&self.addressee.email, &view)
    }
}

/// What is left, as the beginning of a sentence about it.
fn recovery_codes_left(count: usize) -> String {
    match count {
        0 => "No recovery code is left".to_owned(),
        1 => "One recovery code is left".to_owned(),
        count => format!("{count} recovery codes are left"),
    }
}

fn or_unknown(text: String) -> String {
    if text.is_empty() {
        "not known".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_words() {
        for (count, said) in [
            (0, "No recovery code is left"),
            (1, "One recovery code is left"),
            (2, "2 recovery codes are left"),
        ] {
            assert_eq!(recovery_codes_left(count), said);
        }
    }
}
