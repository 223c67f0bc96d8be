//! What a client shows of the device that it runs on, to be known again wherever that is.

use std::fmt;

use kernel::digest::{hex, sha256_hex};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};

/// The length of a device's id, in hexadecimal digits: 128 bits.
const ID: usize = 32;

/// The length of a token: the id, and a secret of 256 bits.
const LENGTH: usize = ID + 64;

/// A device that was given a token. Every later one of it has the same id, which is in clear; the rest is secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(String);

/// A token that a log-in gave a device. It proves nothing but that: with it alone nobody gets in.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(String);

impl DeviceId {
    /// A device that has no id yet.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(random_digits::<{ ID / 2 }>(rng))
    }

    /// The id as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DeviceToken {
    /// A new token for a device.
    pub fn generate(device: &DeviceId, rng: &mut impl CryptoRng) -> Self {
        Self(format!("{}{}", device.0, random_digits::<32>(rng)))
    }

    /// Reads a token as it was given. `None` if it is not one: then it is as if there was none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_token = text.len() == LENGTH && text.bytes().all(is_digit);
        is_token.then(|| Self(text.to_owned()))
    }

    /// The device that it was given to.
    pub fn device(&self) -> DeviceId {
        DeviceId(self.0[..ID].to_owned())
    }

    /// What is stored in its place.
    pub fn digest(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }

    /// The text for the answer. The one way to see it.
    pub fn expose(&self) -> String {
        self.0.clone()
    }
}

impl fmt::Debug for DeviceToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DeviceToken(secret)")
    }
}

fn random_digits<const BYTES: usize>(rng: &mut impl CryptoRng) -> String {
    let mut random = [0; BYTES];
    rng.fill_bytes(&mut random);
    hex(&random)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_token_comes_back_as_it_was_given_and_names_its_device() {
        let mut rng = StdRng::seed_from_u64(4);
        let device = DeviceId::generate(&mut rng);
        let [first, second] = [(); 2].map(|()| DeviceToken::generate(&device, &mut rng));

        let read = DeviceToken::parse(&first.expose()).unwrap();
        assert_eq!((&read, read.device()), (&first, device.clone()));
        assert_eq!(second.device(), device);
        assert_ne!(first.digest(), second.digest());
        assert!(!format!("{first:?}").contains(&first.expose()));
        assert!(!first.digest().contains(device.as_str()));
    }

    #[test]
    fn other_texts_are_no_tokens() {
        let digits = "0".repeat(LENGTH);
        assert!(DeviceToken::parse(&digits).is_some());
        for text in [
            "",
            &digits[1..],
            &format!("{digits}0"),
            &format!(" {}", &digits[1..]),
            &format!("A{}", &digits[1..]),
            &"é".repeat(LENGTH / 2),
        ] {
            assert_eq!(DeviceToken::parse(text), None, "{text:?}");
        }
    }
}
