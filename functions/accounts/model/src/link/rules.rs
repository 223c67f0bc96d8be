//! Links that are mailed: each is good for one thing, for a time, and its secret is stored only as a digest.

use std::fmt;

use jiff::SignedDuration;
use kernel::digest::sha256_hex;
use kernel::email::EmailAddress;
use kernel::id::SessionId;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The time for which an ended link is remembered, so that it can be told from an unknown one.
pub const GRACE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The longest time in which something that was done can be taken back. The address an account had before is kept for its
/// owner that long: whoever took the account over cannot register it meanwhile and so keep the owner from getting it back.
/// A notice that waits to be sent has so many days less to be answered.
pub const RESERVATION: SignedDuration = SignedDuration::from_hours(10 * 24);

/// What a link is good for. One that is good for one thing is unknown to every other.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LinkKind {
    /// Verifies the address of a new account.
    Verification,
    /// Chooses a new password.
    PasswordReset,
    /// Verifies the address an account is to have.
    EmailChange,
    /// Keeps an account that is to be deleted.
    DeletionCancel,
    /// Says of something done in the owner's name that it was not them.
    NotMe,
    /// The link confirms a pre-registration.
    PreRegistration,
}

/// What a [`LinkKind::NotMe`] link takes back, besides ending what it was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// A log-in: ends that session and the later ones of its device, and calls off what was begun since: another address, a
    /// deletion, a second factor of theirs.
    Session(SessionId),
    /// A password: ends all sessions and makes the password useless until a new one is chosen by mail.
    Password,
    /// The same, and the account gets this address back.
    Email(EmailAddress),
    /// The same as for a password, and the second factor is taken away: it is not the owner's.
    FactorAdded,
    /// The same as for a password.
    FactorRemoved,
}

impl Undo {
    /// The time for which a link is good that takes this back, from the moment at which it is made; no longer than the
    /// [`RESERVATION`].
    pub fn lifetime(&self) -> SignedDuration {
        match self {
            // Whoever gets into the mailbox later must not get round the second factor by an old mail.
            Self::FactorAdded => SignedDuration::from_hours(24),
            Self::Session(_) | Self::Password | Self::Email(_) | Self::FactorRemoved => {
                LinkKind::NotMe.lifetime()
            }
        }
    }
}

impl LinkKind {
    /// The name of the kind in keys and attributes.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The time for which a link is good, from the moment at which it is made.
    pub fn lifetime(self) -> SignedDuration {
        match self {
            Self::Verification | Self::EmailChange => SignedDuration::from_hours(24),
            // OWASP's Forgot Password Cheat Sheet asks for an 'appropriate' time; half an hour is the old systems'.
            Self::PasswordReset => SignedDuration::from_mins(30),
            Self::DeletionCancel => crate::account::DELETION_DELAY,
            // The mail may wait for its reader over a weekend. Some end sooner: see [`Undo::lifetime`].
            Self::NotMe => SignedDuration::from_hours(7 * 24),
            Self::PreRegistration => SignedDuration::from_hours(3 * 24),
        }
    }
}

/// The secret in a link: a random UUID (version 4, 122 bits).
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(Uuid);

impl LinkToken {
    /// Makes a new token.
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

impl fmt::Debug for LinkToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LinkToken(secret)")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_token_comes_back_from_its_link() {
        let token = LinkToken::generate(&mut rand::rngs::StdRng::seed_from_u64(3));
        let read = LinkToken::parse(&token.expose().to_uppercase()).unwrap();

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
            assert!(LinkToken::parse(text).is_none(), "{text:?}");
        }
    }
}
