//! E-mail addresses.

use std::fmt;

use email_address::Options;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

use crate::input;

/// The longest address that fits an SMTP path (RFC 5321, section 4.5.3.1.3), in octets.
const MAX_LENGTH: usize = 254;

/// An address in its one form: trimmed, NFKC, lower-case, the domain in ASCII (IDNA).
///
/// `Debug` masks it, so that no log line can hold an address by accident.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The reason why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidEmail {
    /// No text was given.
    #[error("This field is required.")]
    Missing,
    /// It does not have the form of an address that mail can be sent to.
    #[error("Enter a valid e-mail address.")]
    Malformed,
}

impl EmailAddress {
    /// Reads an address as people type it.
    ///
    /// A local part outside ASCII is refused: the mail service has no SMTPUTF8 (RFC 6531). So lower case is its full case
    /// folding. Nothing is folded into ASCII before that is asked: `straße@` is not taken for `strasse@`, which is
    /// somebody else's mailbox. A domain has the form that
    /// IDNA 2008 gives it, in which `ß` and a final sigma are letters of their own: domains are not folded either.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = input::trim(text);
        if text.is_empty() {
            return Err(InvalidEmail::Missing);
        }
        if text.len() > 4 * MAX_LENGTH {
            return Err(InvalidEmail::Malformed);
        }

        let folded = text.nfkc().collect::<String>().to_lowercase();
        let (local, domain) = folded.rsplit_once('@').ok_or(InvalidEmail::Malformed)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail::Malformed)?;
        let address = format!("{local}@{domain}");

        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let well_formed =
            email_address::EmailAddress::parse_with_options(&address, options).is_ok();
        // A quoted local part is legal and never seen but in attacks on parsers.
        let plain = local.is_ascii() && !local.contains('"');
        // An address of the network is no domain: no top-level domain is a number (RFC 3696, section 2).
        let is_number = domain
            .rsplit('.')
            .next()
            .is_some_and(|top| top.bytes().all(|byte| byte.is_ascii_digit()));
        if !well_formed || !plain || is_number || address.len() > MAX_LENGTH {
            return Err(InvalidEmail::Malformed);
        }
        Ok(Self(address))
    }

    /// The whole address as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmailAddress(masked)")
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_has_one_form() {
        for (typed, kept) in [
            ("  Ann@Example.COM ", "ann@example.com"),
            ("ａnn@example.com", "ann@example.com"),
            ("\u{feff}ann@example.com\u{200b}", "ann@example.com"),
            ("\u{202a}ann@example.com\u{202c}", "ann@example.com"),
            ("ann+tag@bücher.example", "ann+tag@xn--bcher-kva.example"),
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_mail_cannot_reach_is_refused() {
        for typed in [
            "ann",
            "ann@",
            "@example.com",
            "ann@localhost",
            "a b@example.com",
            "ann@exa mple.com",
            "Ann <ann@example.com>",
            "ann@[127.0.0.1]",
            "ann@1.2.3.4",
            "ann@example.7",
            "\"ann\"@example.com",
            "ann@example..com",
            ".ann@example.com",
            "ann@-example.com",
            "änn@example.com",
            "ann@example.com\nbcc: eve@example.com",
            "a@b@example.com",
            "ann@example.com\0",
        ] {
            assert_eq!(
                EmailAddress::parse(typed),
                Err(InvalidEmail::Malformed),
                "{typed:?}"
            );
        }
        assert_eq!(EmailAddress::parse(" \t"), Err(InvalidEmail::Missing));
        assert!(EmailAddress::parse(&format!("{}@example.com", "a".repeat(300))).is_err());
    }

    #[test]
    fn the_one_form_of_an_address_is_caseless() {
        let kept = |typed| EmailAddress::parse(typed).unwrap();

        for (one, other) in [
            ("ANN.STRASSE@EXAMPLE.COM", "ann.strasse@example.com"),
            ("ＡNN@example.com", "ann@EXAMPLE.com"),
            ("ann@ΠΑΠΑΔΑΚΗ.example", "ANN@παπαδακη.example"),
            ("ann@BÜCHER.example", "ann@bu\u{308}cher.example"),
        ] {
            assert_eq!(kept(one), kept(other));
        }
        for (one, other) in [
            ("ann@straße.example", "ann@strasse.example"),
            ("ann@νικος.example", "ann@νικοσ.example"),
        ] {
            assert_ne!(kept(one), kept(other));
        }
        for typed in [
            "straße@example.com",
            "STRAẞE@example.com",
            "νικος@example.com",
        ] {
            assert!(EmailAddress::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn debug_hides_the_address() {
        let address = EmailAddress::parse("ann@example.com").unwrap();

        assert!(!format!("{address:?}").contains("ann"));
    }

    proptest! {
        #[test]
        fn every_address_is_its_own_caseless_form(text in "[a-zA-Z0-9.+ſß\u{212a}K]{1,12}@[a-z]{1,8}\\.[a-z]{2,5}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(input::caseless(address.as_str()), address.as_str());
                prop_assert_eq!(EmailAddress::parse(&text.to_uppercase()), Ok(address));
            }
        }

        #[test]
        fn parsing_never_panics_and_is_idempotent(text in "\\PC{0,40}@?\\PC{0,20}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()).unwrap(), address);
            }
        }
    }
}
