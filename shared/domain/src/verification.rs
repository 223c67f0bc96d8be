//! The link that verifies an e-mail address.

use std::fmt;

use jiff::SignedDuration;
use rand::CryptoRng;
use uuid::Uuid;

use crate::digest::sha256_hex;

/// How long a link is good.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// How long an ended link is remembered, so that it can be told from an unknown one.
pub const GRACE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The secret in the link: a random UUID (version 4, 122 bits).
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationToken(Uuid);

impl VerificationToken {
    /// A new one.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut random = [0; 16];
        rng.fill_bytes(&mut random);
        Self(uuid::Builder::from_random_bytes(random).into_uuid())
    }

    /// Reads the token of a link. `None` if it is not a UUID in its usual form.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // Braces, URNs and the form without hyphens are UUIDs too, but no link of ours.
        (text.len() == 36)
            .then(|| Uuid::try_parse(text).ok())
            .flatten()
            .map(Self)
    }

    /// What is stored in its place.
    pub fn digest(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }

    /// The text for the link. The one way to see it.
    pub fn expose(&self) -> String {
        self.0.to_string()
    }
}

impl fmt::Debug for VerificationToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VerificationToken(secret)")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_token_comes_back_from_its_link() {
        let token = VerificationToken::generate(&mut rand::rngs::StdRng::seed_from_u64(3));
        let read = VerificationToken::parse(&token.expose().to_uppercase()).unwrap();

        assert_eq!(read, token);
        assert_eq!(read.digest(), token.digest());
        assert_eq!(token.digest().len(), 64);
        assert!(!format!("{token:?}").contains(&token.expose()));
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for text in [
            "",
            "null",
            "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
            "67e5504410b1426f9247bb680e5fe0c8",
            "x".repeat(36).as_str(),
        ] {
            assert!(VerificationToken::parse(text).is_none(), "{text:?}");
        }
    }
}
