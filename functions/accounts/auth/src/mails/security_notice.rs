//! "This was done to your account. Was it you?"

use accounts::jobs::SecurityEvent;
use accounts::link::LinkToken;
use jiff::Timestamp;
use mail::templates;
use mail::text::{one_line, one_line_without_links};
use mail::{Addressee, Brand, Ends, Frame, Language, Message, ends};

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
    /// The browser or program; may be empty.
    pub program: &'a str,
    /// The system that it runs on; may be empty.
    pub system: &'a str,
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
        let language = frame.language;
        let recovery_codes_left = self.recovery_codes_left;
        let view = View {
            event: self.event,
            at: ends::moment(self.at, language),
            place: self.place.map(|place| place.shown(language)),
            recovery_codes_left: recovery_codes_left.map(|left| codes_left(left, language)),
            link: frame.page(&format!("/not-me?token={}", self.token.expose())),
            ends: Ends::new(self.ends_at, self.now, language),
            frame,
        };
        message(&self.addressee.email, &view)
    }
}

impl Place<'_> {
    fn shown(self, language: Language) -> ShownPlace {
        let Self {
            client,
            program,
            system,
        } = self;
        let device = match (program, system, language) {
            (device, "", _) | ("", device, _) => device.to_owned(),
            (_, _, Language::English) => format!("{program} on {system}"),
            (_, _, Language::German) => format!("{program} unter {system}"),
        };
        ShownPlace {
            client: or_unknown(one_line(client, MAX_CLIENT), language),
            device: or_unknown(one_line_without_links(&device, MAX_DEVICE), language),
        }
    }
}

/// What is left, as a sentence without its full stop.
fn codes_left(count: usize, language: Language) -> String {
    match (count, language) {
        (0, Language::English) => "No recovery code is left".to_owned(),
        (1, Language::English) => "One recovery code is left".to_owned(),
        (_, Language::English) => format!("{count} recovery codes are left"),
        (0, Language::German) => "Es ist kein Wiederherstellungscode mehr übrig".to_owned(),
        (1, Language::German) => "Es ist noch ein Wiederherstellungscode übrig".to_owned(),
        (_, Language::German) => format!("Es sind noch {count} Wiederherstellungscodes übrig"),
    }
}

fn or_unknown(text: String, language: Language) -> String {
    if !text.is_empty() {
        return text;
    }
    let unknown = match language {
        Language::English => "not known",
        Language::German => "nicht bekannt",
    };
    unknown.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_words() {
        for (count, english, german) in [
            (
                0,
                "No recovery code is left",
                "Es ist kein Wiederherstellungscode mehr übrig",
            ),
            (
                1,
                "One recovery code is left",
                "Es ist noch ein Wiederherstellungscode übrig",
            ),
            (
                2,
                "2 recovery codes are left",
                "Es sind noch 2 Wiederherstellungscodes übrig",
            ),
        ] {
            assert_eq!(codes_left(count, Language::English), english);
            assert_eq!(codes_left(count, Language::German), german);
        }
    }

    #[test]
    fn a_device_is_called_by_what_is_known_of_it() {
        for (program, system, english, german) in [
            (
                "Firefox",
                "Linux",
                "Firefox on Linux",
                "Firefox unter Linux",
            ),
            ("curl", "", "curl", "curl"),
            ("", "Windows", "Windows", "Windows"),
            ("", "", "not known", "nicht bekannt"),
        ] {
            let place = Place {
                client: "",
                program,
                system,
            };
            assert_eq!(place.shown(Language::English).device, english);
            assert_eq!(place.shown(Language::German).device, german);
        }
    }
}
