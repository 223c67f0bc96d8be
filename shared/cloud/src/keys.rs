//! The keys that sign and verify tokens.

use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::Entry;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{DecodingKey, EncodingKey};
use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretSlice};
use serde::{Deserialize, Serialize};
use store::{PublicKey, Store, StoreError};
use thiserror::Error;

use crate::secrets::{self, SecretError};

/// How long a function works with the keys it has read. A key is published long before it signs, and stays long after.
const CACHE: SignedDuration = SignedDuration::from_mins(5);

/// How soon an unknown key id may send a function to the table again: made-up ids must not become reads.
const UNKNOWN_KEY_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// A key younger than this is not replaced, so a schedule that fires twice makes one key.
const MIN_AGE: SignedDuration = SignedDuration::from_hours(24);

/// How long a run may take before another one may rotate in its place. The function's time-out is far below.
const ROTATION_LEASE: SignedDuration = SignedDuration::from_mins(5);

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

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// A new key signs; its id.
    Rotated(String),
    /// The key is young enough; its id.
    Kept(String),
}

/// The private key as it lies in Secrets Manager.
#[derive(Serialize, Deserialize)]
struct Stored {
    kid: String,
    /// The 32 bytes, in base64url without padding.
    d: String,
    created_at: Timestamp,
}

/// A private key, ready to sign.
pub(crate) struct SigningKey {
    pub(crate) kid: String,
    pub(crate) key: EncodingKey,
}

/// The published keys, ready to verify.
type VerifyingKeys = Vec<(PublicKey, DecodingKey)>;

/// The keys a function has read, and when.
#[derive(Default)]
pub(crate) struct Keys {
    signing: Mutex<Option<(Timestamp, Arc<SigningKey>)>>,
    public: Mutex<Option<(Timestamp, Arc<VerifyingKeys>)>>,
    /// When the published keys were last read for the sake of an unknown key id.
    searched: Mutex<Option<(Timestamp, ())>>,
}

/// Where the private key is.
pub(crate) struct SecretPlace<'a> {
    pub(crate) client: &'a aws_sdk_secretsmanager::Client,
    pub(crate) id: &'a str,
}

impl Keys {
    /// The key to sign with.
    pub(crate) async fn signing(
        &self,
        place: SecretPlace<'_>,
        now: Timestamp,
    ) -> Result<Arc<SigningKey>, KeyError> {
        let cached = fresh(&self.signing, now, CACHE);
        if let Some(key) = cached {
            return Ok(key);
        }
        let stored = place.read().await?.ok_or(KeyError::Missing)?;
        let key = stored.encoding_key()?;
        let key = Arc::new(SigningKey {
            kid: stored.kid,
            key,
        });
        *lock(&self.signing) = Some((now, Arc::clone(&key)));
        Ok(key)
    }

    /// The key to verify with, if there is one of that name.
    pub(crate) async fn verifying(
        &self,
        store: &Store,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<DecodingKey>, KeyError> {
        let find = |keys: &[(PublicKey, DecodingKey)]| {
            let good = |key: &PublicKey| key.kid == kid && key.retires_at.is_none_or(|at| now < at);
            keys.iter()
                .find(|(key, _)| good(key))
                .map(|(_, decoding)| decoding.clone())
        };
        if let Some(keys) = fresh(&self.public, now, CACHE) {
            if let Some(found) = find(&keys) {
                return Ok(Some(found));
            }
            // Counted from the last look for an unknown one, not from the last read: a key may be published a moment after.
            if fresh(&self.searched, now, UNKNOWN_KEY_PAUSE).is_some() {
                return Ok(None);
            }
            *lock(&self.searched) = Some((now, ()));
        }
        let keys = store.signing_keys().list(now).await?;
        let readable = |key: PublicKey| {
            DecodingKey::from_ed_components(&key.x)
                .ok()
                .map(|decoding| (key, decoding))
        };
        let keys: Arc<Vec<_>> = Arc::new(keys.into_iter().filter_map(readable).collect());
        *lock(&self.public) = Some((now, Arc::clone(&keys)));
        Ok(find(&keys))
    }
}

impl SecretPlace<'_> {
    async fn read(&self) -> Result<Option<Stored>, SecretError> {
        let text = secrets::read(self.client, self.id, "read the signing key").await?;
        match text.expose_secret() {
            // What the template puts there before the first key is made.
            "" | "{}" => Ok(None),
            text => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| SecretError::Malformed("signing key")),
        }
    }

    /// Makes a new key if there is none, or the one there is has done its time.
    ///
    /// One run at a time: of two, each would take the other's key for an old one and give it a day to go.
    pub(crate) async fn rotate(
        &self,
        store: &Store,
        plan: RotationPlan<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<Rotation, KeyError> {
        if !store
            .signing_keys()
            .begin_rotation(plan.now, ROTATION_LEASE)
            .await?
        {
            let current = self.read().await?.ok_or(KeyError::Missing)?;
            return Ok(Rotation::Kept(current.kid));
        }
        let rotated = self.rotate_alone(store, plan, rng).await;
        store.signing_keys().end_rotation().await?;
        rotated
    }

    /// The public half is published first, then the private half replaces the old one, then the old public half gets the
    /// day it goes. A crash between any two leaves every token verifiable, and the next run finishes the work.
    async fn rotate_alone(
        &self,
        store: &Store,
        plan: RotationPlan<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<Rotation, KeyError> {
        if let Some(current) = self.read().await?
            && (plan.only_if_missing || plan.now.duration_since(current.created_at) < MIN_AGE)
        {
            retire_older(store, current.created_at, plan.retires_at).await?;
            return Ok(Rotation::Kept(current.kid));
        }

        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        let pair =
            Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are an Ed25519 seed");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let kid = x[..16].to_owned();
        let public = PublicKey {
            kid: kid.clone(),
            x,
            created_at: plan.now,
            retires_at: None,
        };
        store.signing_keys().add(&public, plan.audit).await?;

        let stored = Stored {
            kid: kid.clone(),
            d: URL_SAFE_NO_PAD.encode(seed),
            created_at: plan.now,
        };
        let text = serde_json::to_string(&stored).expect("a struct of texts is JSON");
        secrets::write(self.client, self.id, text, "replace the signing key").await?;

        retire_older(store, plan.now, plan.retires_at).await?;
        Ok(Rotation::Rotated(kid))
    }
}

/// When and why a key is rotated.
pub(crate) struct RotationPlan<'a> {
    pub(crate) now: Timestamp,
    /// On deploy: a key that is there stays, whatever its age.
    pub(crate) only_if_missing: bool,
    /// When the last token that an older key has signed is over.
    pub(crate) retires_at: Timestamp,
    pub(crate) audit: &'a Entry,
}

/// Gives every key that is older than the one that signs the day it goes.
async fn retire_older(
    store: &Store,
    than: Timestamp,
    retires_at: Timestamp,
) -> Result<(), StoreError> {
    for key in store.signing_keys().list(Timestamp::MIN).await? {
        if key.created_at.as_millisecond() < than.as_millisecond() && key.retires_at.is_none() {
            store.signing_keys().retire(&key.kid, retires_at).await?;
        }
    }
    Ok(())
}

impl Stored {
    fn encoding_key(&self) -> Result<EncodingKey, SecretError> {
        let malformed = || SecretError::Malformed("signing key");
        let seed = URL_SAFE_NO_PAD.decode(&self.d).map_err(|_| malformed())?;
        let seed = SecretSlice::from(seed);
        // Refuses what has not the 32 bytes of a seed.
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose_secret());
        let der = pair.map_err(|_| malformed())?.to_pkcs8v1();
        let der = der.map_err(|_| malformed())?;
        Ok(EncodingKey::from_ed_der(der.as_ref()))
    }
}

fn fresh<T: Clone>(
    cache: &Mutex<Option<(Timestamp, T)>>,
    now: Timestamp,
    age: SignedDuration,
) -> Option<T> {
    let cached = lock(cache);
    cached
        .as_ref()
        .filter(|(read_at, _)| now.duration_since(*read_at) < age)
        .map(|(_, value)| value.clone())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic elsewhere cannot have left a cache half written: it is replaced whole.
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn stored(seed: &[u8]) -> Stored {
        Stored {
            kid: "kid".to_owned(),
            d: URL_SAFE_NO_PAD.encode(seed),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The key of RFC 8410, section 10.3.
    #[test]
    fn a_stored_seed_becomes_the_private_key_of_the_standard() {
        let der = STANDARD
            .decode("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC")
            .unwrap();
        let key = stored(&der[16..]).encoding_key().unwrap();

        assert_eq!(key.as_bytes(), der);
    }

    #[test]
    fn a_seed_of_another_length_is_no_key() {
        for length in [0, 31, 33] {
            assert!(stored(&vec![7; length]).encoding_key().is_err(), "{length}");
        }
    }
}
