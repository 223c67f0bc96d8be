//! The keys that sign and verify tokens.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::{Ahead, App, SecretError};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use store::StoreError;
use thiserror::Error;

use crate::aged::{Aged, Found};
use crate::settings::Settings;
use crate::signing_keys::{PublicKey, SigningKeys};

/// The pause after which an unknown key id may send a function to the table again: made-up ids must not become reads.
const UNKNOWN_KEY_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// The key that tokens are signed with, for functions that make some.
pub const SIGNING_KEY: Ahead = Ahead::secret(
    |app| app.section::<Settings>().signing_key_secret.clone(),
    |app, text| SigningKey::keep(app, &text).map(drop),
);

/// The keys that tokens are verified with, for functions that are called with some.
pub const PUBLIC_KEYS: Ahead = Ahead::Other(|app| {
    Box::pin(async move {
        read_verifying(&app).await?;
        Ok(())
    })
});

/// What is wrong with the keys.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The private key cannot be had.
    #[error("the signing key is not available")]
    Secret(#[from] SecretError),
    /// The public keys cannot be had.
    #[error("the public signing keys are not available")]
    Store(#[from] StoreError),
    /// No key was ever made: `rotate_signing_key` has not run.
    #[error("there is no signing key")]
    Missing,
}

/// The private key as it lies in Secrets Manager.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) kid: String,
    /// The 32 bytes, in base64url without padding.
    pub(crate) d: String,
    pub(crate) created_at: Timestamp,
}

/// A private key, ready to sign.
pub(crate) struct SigningKey {
    pub(crate) kid: String,
    pub(crate) pair: Ed25519KeyPair,
}

/// The published keys, ready to verify.
type VerifyingKeys = Vec<(PublicKey, DecodingKey)>;

/// The keys that a function has read. A key is published long before it signs, and stays long after, so they may be a little
/// old.
#[derive(Default)]
struct Keys {
    signing: Aged<Arc<SigningKey>>,
    public: Aged<Arc<VerifyingKeys>>,
    /// The moment at which the published keys were last read for the sake of an unknown key id.
    searched: Mutex<Option<Timestamp>>,
}

impl SigningKey {
    /// The key to sign with.
    pub(crate) async fn current(app: &App) -> Result<Arc<Self>, KeyError> {
        match app.part::<Keys>().signing.find(app.now()) {
            Found::Young(key) => Ok(key),
            Found::Old(key) => {
                let app = app.clone();
                beside(async move { Self::read(&app).await.map(drop) });
                Ok(key)
            }
            Found::Nothing => Self::read(app).await,
        }
    }

    async fn read(app: &App) -> Result<Arc<Self>, KeyError> {
        let text = read_text(app).await?;
        Self::keep(app, &text)?.ok_or(KeyError::Missing)
    }

    /// Keeps the key that is in a secret's text, if there is one already.
    fn keep(app: &App, text: &SecretString) -> Result<Option<Arc<Self>>, SecretError> {
        let Some(stored) = Stored::parse(text)? else {
            return Ok(None);
        };
        let pair = stored.key_pair()?;
        let kid = stored.kid;
        let key = Arc::new(Self { kid, pair });
        app.part::<Keys>().signing.keep(Arc::clone(&key), app.now());
        Ok(Some(key))
    }
}

/// The key to verify with, if there is one of that name.
pub(crate) async fn verifying(app: &App, kid: &str) -> Result<Option<DecodingKey>, KeyError> {
    let (cache, now) = (app.part::<Keys>(), app.now());
    let find = |keys: &[(PublicKey, DecodingKey)]| {
        let good = |key: &PublicKey| key.kid == kid && key.retires_at.is_none_or(|at| now < at);
        keys.iter()
            .find(|(key, _)| good(key))
            .map(|(_, decoding)| decoding.clone())
    };
    let kept = match cache.public.find(now) {
        Found::Young(keys) => Some(keys),
        Found::Old(keys) => {
            let app = app.clone();
            beside(async move { read_verifying(&app).await.map(drop) });
            Some(keys)
        }
        Found::Nothing => None,
    };
    if let Some(keys) = kept {
        if let Some(found) = find(&keys) {
            return Ok(Some(found));
        }
        // Counted from the last look for an unknown one, not from the last read: a key may be published a moment after.
        let mut searched = cache
            .searched
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if searched.is_some_and(|at| now.duration_since(at) < UNKNOWN_KEY_PAUSE) {
            return Ok(None);
        }
        *searched = Some(now);
    }
    Ok(find(&read_verifying(app).await?))
}

/// Reads the published keys, and keeps them.
async fn read_verifying(app: &App) -> Result<Arc<VerifyingKeys>, StoreError> {
    let now = app.now();
    let keys = SigningKeys(app.store()).list(now).await?;
    let readable = |key: PublicKey| {
        DecodingKey::from_ed_components(&key.x)
            .ok()
            .map(|decoding| (key, decoding))
    };
    let keys: Arc<Vec<_>> = Arc::new(keys.into_iter().filter_map(readable).collect());
    app.part::<Keys>().public.keep(Arc::clone(&keys), now);
    Ok(keys)
}

/// Reads something again beside a request, which does not wait for it. Lambda may stop the process between two requests, so it
/// may be done with the next one; if it fails, a later one tries it.
fn beside<E: Display + Send>(reading: impl Future<Output = Result<(), E>> + Send + 'static) {
    tokio::spawn(async {
        if let Err(error) = reading.await {
            tracing::warn!(%error, "keys that have grown old could not be read again");
        }
    });
}

async fn read_text(app: &App) -> Result<SecretString, SecretError> {
    let id = &app.section::<Settings>().signing_key_secret;
    app.secrets().read(id, "read the signing key").await
}

impl Stored {
    /// What Secrets Manager has.
    pub(crate) async fn read(app: &App) -> Result<Option<Self>, SecretError> {
        Self::parse(&read_text(app).await?)
    }

    fn parse(text: &SecretString) -> Result<Option<Self>, SecretError> {
        match text.expose_secret() {
            // What the template puts there before the first key is made.
            "" | "{}" => Ok(None),
            text => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| SecretError::Malformed("signing key")),
        }
    }

    fn key_pair(&self) -> Result<Ed25519KeyPair, SecretError> {
        let malformed = || SecretError::Malformed("signing key");
        let seed = URL_SAFE_NO_PAD.decode(&self.d).map_err(|_| malformed())?;
        let seed = SecretSlice::from(seed);
        // Refuses what has not the 32 bytes of a seed.
        Ed25519KeyPair::from_seed_unchecked(seed.expose_secret()).map_err(|_| malformed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(seed: &[u8]) -> Stored {
        Stored {
            kid: "kid".to_owned(),
            d: URL_SAFE_NO_PAD.encode(seed),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The second key and signature of RFC 8032, section 7.1.
    #[test]
    fn a_stored_seed_signs_as_the_standard_does() {
        let bytes = |text: &str| {
            let digits = (0..text.len()).step_by(2);
            let bytes = digits.map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap());
            bytes.collect::<Vec<u8>>()
        };
        let seed = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let signature = bytes(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        );
        let pair = stored(&seed).key_pair().unwrap();

        assert_eq!(pair.sign(&[0x72]).as_ref(), signature);
    }

    #[test]
    fn a_seed_of_another_length_is_no_key() {
        for length in [0, 31, 33] {
            assert!(stored(&vec![7; length]).key_pair().is_err(), "{length}");
        }
    }
}
