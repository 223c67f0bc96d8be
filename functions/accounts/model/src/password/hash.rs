use argon2::password_hash::phc::PasswordHash as PhcHash;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::password::argon2id;
use crate::password::rules::fold;

/// The most iterations of PBKDF2 that are computed, about a second's work. Django asks for 1,200,000 in 2025; a stored number
/// beyond that is a mistake of an import, and must not hold a function until its time-out.
const MAX_ITERATIONS: u32 = 2_000_000;

/// What a Django hash begins with.
const DJANGO: &str = "pbkdf2_sha256";

/// The hash of no known password: argon2's answer would have to be 32 zeroes.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$a2lud2lzZS1kdW1teS1zYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password as it is stored: a PHC string of argon2id; for users moved from the old systems, until their first log-in,
/// Django's `pbkdf2_sha256$iterations$salt$hash`. Anything else is no password, and none is right.
#[derive(Debug, Clone)]
pub struct PasswordHash(SecretString);

/// The parts of a Django hash.
struct Django<'a> {
    iterations: u32,
    salt: &'a str,
    hash: Vec<u8>,
}

impl PasswordHash {
    /// Hashes a folded password, with a salt of its own.
    pub(super) fn make(folded: &str, rng: &mut impl CryptoRng) -> Self {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let hash = argon2id::hash(folded.as_bytes(), &salt);
        Self(hash.to_string().into())
    }

    /// Hashes a password that has just been right with today's cost. Whether it would be accepted as a new one is not
    /// asked: nobody is to be kept out by a rule that is younger than their account.
    pub fn renew(text: &str, rng: &mut impl CryptoRng) -> Self {
        Self::make(&fold(text), rng)
    }

    /// A hash from the table.
    pub fn from_stored(text: String) -> Self {
        Self(text.into())
    }

    /// The hash that is compared with where there is no account: as much work as any other of ours, and never right. One of
    /// Django's takes a time of its own.
    pub fn dummy() -> Self {
        Self::from_stored(DUMMY.to_owned())
    }

    /// The text for the table.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether this is the password, as somebody typed it.
    pub fn verify(&self, text: &str) -> bool {
        if let Some(django) = Django::parse(self.expose()) {
            return django.verify(text);
        }
        let Ok(hash) = PhcHash::new(self.expose()) else {
            // An account without a password takes as long as one with.
            Self::dummy().verify(text);
            return false;
        };
        argon2id::verify(fold(text).as_bytes(), &hash)
    }

    /// Whether it was made as one would be made today.
    pub fn is_current(&self) -> bool {
        self.expose().starts_with(&argon2id::prefix())
    }
}

impl<'a> Django<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split('$');
        let (DJANGO, iterations, salt, hash, None) = (
            parts.next()?,
            parts.next()?.parse().ok()?,
            parts.next()?,
            BASE64_STANDARD.decode(parts.next()?).ok()?,
            parts.next(),
        ) else {
            return None;
        };
        let is_sane = (1..=MAX_ITERATIONS).contains(&iterations) && hash.len() == 32;
        is_sane.then_some(Self {
            iterations,
            salt,
            hash,
        })
    }

    /// The text is not folded: Django hashed what was typed.
    fn verify(&self, text: &str) -> bool {
        let mut hash = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(
            text.as_bytes(),
            self.salt.as_bytes(),
            self.iterations,
            &mut hash,
        );
        hash.ct_eq(&self.hash).into()
    }
}

#[cfg(test)]
mod tests {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::password::Password;

    /// By Django's own `PBKDF2PasswordHasher().encode("correct horse battery", "seasalt", 1000)`.
    const BY_DJANGO: &str =
        "pbkdf2_sha256$1000$seasalt$DrdiWD40lyBuydnjvZiDrdQMx1S1mOA9O0QYex0R6ww=";

    fn stored(text: &str) -> PasswordHash {
        PasswordHash::from_stored(text.to_owned())
    }

    fn hash_of(text: &str) -> PasswordHash {
        let password = Password::parse(text, &[]).unwrap();
        password.hash(&mut StdRng::seed_from_u64(1))
    }

    #[test]
    fn the_whole_password_counts() {
        let long = "k9!x".repeat(18);
        let hash = hash_of(&format!("{long}one"));

        assert!(hash.is_current());
        assert!(hash.verify(&format!("{long}one")));
        for other in [&format!("{long}two"), &long, ""] {
            assert!(!hash.verify(other), "{other}");
        }
    }

    #[test]
    fn one_password_typed_on_two_keyboards_is_one_password() {
        let hash = hash_of("Zoë wäscht \u{fb01}sche");

        assert!(hash.verify("Zoe\u{308} wa\u{308}scht fische"));
        assert!(!hash.verify("Zoe wascht fische"));
    }

    #[test]
    fn a_hash_of_the_old_systems_is_read_and_out_of_date() {
        let hash = stored(BY_DJANGO);

        assert!(hash.verify("correct horse battery"));
        assert!(!hash.verify("correct horse batterz"));
        assert!(!hash.is_current());
    }

    #[test]
    fn a_hash_of_a_lower_cost_is_read_and_out_of_date() {
        let params = Params::new(1024, 1, 1, None).unwrap();
        let old: PhcHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_with_salt(b"correct horse battery", &[7; 16])
            .unwrap();
        let hash = stored(&old.to_string());

        assert!(hash.verify("correct horse battery") && !hash.is_current());
        let renewed = PasswordHash::renew("correct horse battery", &mut StdRng::seed_from_u64(1));
        assert!(renewed.verify("correct horse battery") && renewed.is_current());
    }

    #[test]
    fn what_is_no_hash_is_nobodys_password() {
        let zeroes = BASE64_STANDARD.encode([0; 32]);
        for text in [
            "",
            "!",
            "!unusable",
            "correct horse battery",
            "pbkdf2_sha256$1000$seasalt$",
            "pbkdf2_sha256$x$seasalt$AAAA",
            "$argon2id$v=19$m=19456,t=2,p=1$",
            &format!("pbkdf2_sha256$0$seasalt${zeroes}"),
            &format!("pbkdf2_sha256$4000000000$seasalt${zeroes}"),
            &format!("pbkdf2_sha1$1$seasalt${zeroes}"),
        ] {
            for password in ["", "!", text, "correct horse battery"] {
                assert!(!stored(text).verify(password), "{text:?} {password:?}");
            }
        }
    }

    #[test]
    fn the_dummy_costs_what_a_hash_costs_and_is_never_right() {
        let dummy = PasswordHash::dummy();

        assert!(dummy.is_current());
        assert!(PhcHash::new(dummy.expose()).unwrap().hash.is_some());
        assert!(!dummy.verify("") && !dummy.verify("correct horse battery"));
    }

    #[test]
    fn debug_hides_the_hash() {
        assert!(!format!("{:?}", stored(BY_DJANGO)).contains("seasalt"));
    }
}
