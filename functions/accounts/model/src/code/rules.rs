//! One-time codes that log in by e-mail.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use kernel::digest::hex;
use kernel::email::EmailAddress;
use kernel::input::fold;
use rand::{CryptoRng, RngExt as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// The time for which a code is good (NIST SP 800-63B-4, 3.1.3.2: at most ten minutes), counted from the request.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// The time for which an ended code is remembered, so that 'expired' can be told from 'wrong'.
pub const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// The number of tries that a code survives. A million codes and five tries leave a guess 1 in 200,000.
pub const MAX_TRIES: u32 = 5;

/// The longest text that is looked at, in bytes.
const MAX_TEXT: usize = 64;

/// A one-time code of six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

/// The key that codes are hashed with. Six digits have too little entropy for a hash without one.
#[derive(Debug, Clone)]
pub struct Pepper(SecretString);

impl OneTimeCode {
    /// A new code, each of the million as likely as the others.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(format!("{:06}", rng.random_range(0..1_000_000_u32)))
    }

    /// Reads a code as people type and paste it ([`fold`]); blanks and dashes around and between the digits are forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let digits: String = fold(text)
            .chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
            .collect();
        (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(Self(digits))
    }

    /// The digits, for the mail.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneTimeCode(secret)")
    }
}

impl Pepper {
    /// Makes a pepper of the secret.
    pub fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    /// The keyed hash of a code for one address (HMAC-SHA-256, in hexadecimal).
    pub fn hash(&self, email: &EmailAddress, code: &OneTimeCode) -> String {
        self.mac([email.as_str(), &code.0])
    }

    /// The keyed hash of some texts, none of which has a NUL in it. An address, or what is no address, comes first: so the
    /// hash of one kind of code is never that of another.
    pub(crate) fn mac<const N: usize>(&self, texts: [&str; N]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(texts.join("\0").as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// Whether a code is the one that was hashed, in the same time whatever it is.
    pub fn matches(&self, email: &EmailAddress, code: &OneTimeCode, hash: &str) -> bool {
        self.hash(email, code)
            .as_bytes()
            .ct_eq(hash.as_bytes())
            .into()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_code_matches_its_own_hash_alone() {
        let pepper = Pepper::new("pepper".to_owned().into());
        let ann = EmailAddress::parse("ann@example.com").unwrap();
        let bob = EmailAddress::parse("bob@example.com").unwrap();
        let code = OneTimeCode::parse("012345").unwrap();
        let hash = pepper.hash(&ann, &code);

        assert!(pepper.matches(&ann, &code, &hash));
        assert!(!pepper.matches(&bob, &code, &hash));
        assert!(!pepper.matches(&ann, &OneTimeCode::parse("012346").unwrap(), &hash));
        assert!(!Pepper::new("other".to_owned().into()).matches(&ann, &code, &hash));
    }

    #[test]
    fn codes_are_six_digits() {
        for typed in [
            " 012 345 ",
            "012-345",
            "012\u{2011}345",
            "\u{200b}012345",
            "\u{ff10}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}",
            "\u{660}\u{661}\u{662}\u{663}\u{664}\u{665}",
        ] {
            assert_eq!(
                OneTimeCode::parse(typed).unwrap().expose(),
                "012345",
                "{typed:?}"
            );
        }
        for text in [
            "", "12345", "1234567", "12345a", "-12345", "12 34 5", "1e5000",
        ] {
            assert!(OneTimeCode::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn codes_spread_over_the_whole_range() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(5);
        let mut first_digits = [0_u32; 10];
        for _ in 0..10_000 {
            let code = OneTimeCode::generate(&mut rng);
            first_digits[usize::from(code.expose().as_bytes()[0] - b'0')] += 1;
        }

        assert!(
            first_digits.iter().all(|count| (900..1100).contains(count)),
            "{first_digits:?}"
        );
    }
}
