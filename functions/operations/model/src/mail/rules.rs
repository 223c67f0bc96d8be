//! What becomes of mails, and why an address gets none.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use kernel::digest::sha256_hex;
use kernel::email::EmailAddress;
use serde::{Deserialize, Serialize};

/// The time for which it is kept what became of a mail: whoever misses one asks within days.
pub(super) const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The digits of the digest of an address: 128 bits tell addresses apart as well as all of them.
const DIGITS: usize = 32;

/// What became of a mail, as far as is known. What comes later in this list outdoes what comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailStatus {
    /// SES has taken it.
    Sent,
    /// SES cannot deliver it at the moment, and keeps trying.
    Delayed,
    /// The mail server of the address has taken it.
    Delivered,
    /// SES has not sent it, since it has a virus.
    Rejected,
    /// The mail server of the address does not take it.
    Bounced,
    /// Who got it says that it is spam.
    Complained,
}

/// The reason why an address gets no mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no such mailbox, or it never takes mail.
    Bounce,
    /// The owner of the address says that our mail is spam.
    Complaint,
}

/// What stands for an address where the address itself is not needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressDigest(String);

impl MailStatus {
    /// The name in tables and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
        }
    }

    /// The attribute that has the moment of it.
    pub(super) fn moment(self) -> &'static str {
        match self {
            Self::Sent => "sent_at",
            Self::Delayed => "delayed_at",
            Self::Delivered => "delivered_at",
            Self::Rejected => "rejected_at",
            Self::Bounced => "bounced_at",
            Self::Complained => "complained_at",
        }
    }

    /// Its place in the order, as it is stored: with room for others between two.
    pub(super) fn rank(self) -> u32 {
        10 * self as u32
    }
}

impl Reason {
    /// The name in tables and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
        }
    }
}

impl AddressDigest {
    /// The digest of an address.
    pub fn of(address: &EmailAddress) -> Self {
        // Begins with what it is for: it is not the digest of the same address elsewhere.
        let mut digest = sha256_hex(format!("mail\0{}", address.as_str()).as_bytes());
        digest.truncate(DIGITS);
        Self(digest)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AddressDigest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == DIGITS && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(())
        }
    }
}

impl fmt::Display for AddressDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_outdoes_everything_and_a_delivery_only_what_comes_before_it() {
        use MailStatus::{Bounced, Complained, Delayed, Delivered, Rejected, Sent};

        let all = [Sent, Delayed, Delivered, Rejected, Bounced, Complained];
        assert!(all.is_sorted() && all.is_sorted_by_key(|status| status.rank()));
        for status in all {
            let stored = serde_json::to_value(status).unwrap();
            assert_eq!(stored, status.as_str());
            assert_eq!(status.moment(), format!("{}_at", status.as_str()));
        }
        for reason in [Reason::Bounce, Reason::Complaint] {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
    }

    #[test]
    fn a_digest_is_one_of_an_address_and_has_nothing_of_it() {
        let ann = EmailAddress::parse("ann@example.com").unwrap();
        let bob = EmailAddress::parse("bob@example.com").unwrap();
        let digest = AddressDigest::of(&ann);

        assert_eq!(digest.as_str().parse(), Ok(digest.clone()));
        assert_ne!(digest, AddressDigest::of(&bob));
        assert!(!digest.to_string().contains("ann"));
        for wrong in [
            "",
            "ABCDEF00112233445566778899aabbcc",
            "..",
            &"a".repeat(33),
        ] {
            assert_eq!(wrong.parse::<AddressDigest>(), Err(()), "{wrong}");
        }
    }
}
