//! Encryption of what must be read again, and would let in whoever read the table: the secrets of second factors.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::SecretError;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

/// A key that seals (AES-256-GCM). What it seals is bound to a context, and worth nothing in another.
#[derive(Debug)]
pub struct Seal(RandomizedNonceKey);

impl Seal {
    /// The key of a secret that is long enough.
    pub fn of(secret: &SecretString) -> Self {
        // The secret is a random text; its digest is a key of the right length.
        let key = digest(&SHA256, secret.expose_secret().as_bytes());
        let key = RandomizedNonceKey::new(&AES_256_GCM, key.as_ref());
        Self(key.expect("a SHA-256 digest is as long as a key of AES-256"))
    }

    /// Encrypts: another text each time.
    pub fn seal(&self, context: &str, plain: &[u8]) -> String {
        let mut sealed = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(context), &mut sealed)
            .expect("AES-GCM seals any short text");
        URL_SAFE_NO_PAD.encode([&nonce.as_ref()[..], &sealed].concat())
    }

    /// Decrypts what was sealed in the same context.
    pub fn unseal(&self, context: &str, sealed: &str) -> Result<SecretSlice<u8>, SecretError> {
        let open = || {
            let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
            let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut sealed = sealed.to_vec();
            let plain = self
                .0
                .open_in_place(nonce, Aad::from(context), &mut sealed)
                .ok()?;
            Some(plain.to_vec().into())
        };
        open().ok_or(SecretError::Malformed("second factor"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(secret: &str) -> Seal {
        Seal::of(&secret.into())
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_context_alone() {
        let (key, other) = (seal(&"k".repeat(32)), seal(&"o".repeat(32)));
        let sealed = key.seal("user/1", b"secret");

        assert_eq!(
            key.unseal("user/1", &sealed).unwrap().expose_secret(),
            b"secret"
        );
        assert!(key.unseal("user/2", &sealed).is_err());
        assert!(other.unseal("user/1", &sealed).is_err());
        assert_ne!(sealed, key.seal("user/1", b"secret"));
    }

    #[test]
    fn what_was_altered_does_not_open() {
        let key = seal(&"k".repeat(32));
        let sealed = key.seal("user/1", b"secret");
        for position in 0..sealed.len() {
            let mut altered = sealed.clone().into_bytes();
            altered[position] = if altered[position] == b'A' {
                b'B'
            } else {
                b'A'
            };
            let altered = String::from_utf8(altered).unwrap();
            assert!(key.unseal("user/1", &altered).is_err(), "{position}");
        }
        for text in ["", "AAAA", "%", &"A".repeat(400)] {
            assert!(key.unseal("user/1", text).is_err(), "{text:?}");
        }
    }
}
