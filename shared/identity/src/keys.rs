//! The keys that sign and verify tokens.

use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::{App, SecretError};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{DecodingKey, EncodingKey};
use kernel::audit::Object;
use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretSlice};
use serde::{Deserialize, Serialize};
use store::StoreError;
use thiserror::Error;

use crate::settings::Settings;
use crate::signing_keys::{PublicKey, SigningKeys};

/// The time for which a function works with the keys it has read. A key is published long before it signs, and stays long
/// after.
const CACHE: SignedDuration = SignedDuration::from_mins(5);

/// The pause after which an unknown key id may send a function to the table again: made-up ids must not become reads.
const UNKNOWN_KEY_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// A key younger than this is not replaced, so a schedule that fires twice makes one key.
const MIN_AGE: SignedDuration = SignedDuration::from_hours(24);

/// The longest time that a run may take before another one may rotate in its place. The function's time-out is far below.
const ROTATION_LEASE: SignedDuration = SignedDuration::from_mins(5);

/// The time for which a replaced key is kept beyond its last token: issuers may sign with it until they look again.
const RETIREMENT_MARGIN: SignedDuration = SignedDuration::from_hours(1);

kernel::audit::actions! {
    /// A new signing key took over.
    SIGNING_KEY_ROTATED;
}

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
    /// The moment at which the published keys were last read for the sake of an unknown key id.
    searched: Mutex<Option<(Timestamp, ())>>,
}

impl SigningKey {
    /// The key to sign with.
    pub(crate) async fn current(app: &App) -> Result<Arc<Self>, KeyError> {
        let (keys, now) = (app.part::<Keys>(), app.now());
        if let Some(key) = fresh(&keys.signing, now, CACHE) {
            return Ok(key);
        }
        let stored = Stored::read(app).await?.ok_or(KeyError::Missing)?;
        let key = stored.encoding_key()?;
        let key = Arc::new(Self {
            kid: stored.kid,
            key,
        });
        *lock(&keys.signing) = Some((now, Arc::clone(&key)));
        Ok(key)
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
    if let Some(keys) = fresh(&cache.public, now, CACHE) {
        if let Some(found) = find(&keys) {
            return Ok(Some(found));
        }
        // Counted from the last look for an unknown one, not from the last read: a key may be published a moment after.
        if fresh(&cache.searched, now, UNKNOWN_KEY_PAUSE).is_some() {
            return Ok(None);
        }
        *lock(&cache.searched) = Some((now, ()));
    }
    let keys = SigningKeys(app.store()).list(now).await?;
    let readable = |key: PublicKey| {
        DecodingKey::from_ed_components(&key.x)
            .ok()
            .map(|decoding| (key, decoding))
    };
    let keys: Arc<Vec<_>> = Arc::new(keys.into_iter().filter_map(readable).collect());
    *lock(&cache.public) = Some((now, Arc::clone(&keys)));
    Ok(find(&keys))
}

/// Makes a new signing key if there is none, or the one there is has done its time. On deploy (`only_if_missing`) a key that
/// is there stays, whatever its age.
///
/// One run at a time: of two, each would take the other's key for an old one and give it a day to go.
pub async fn rotate_signing_key(app: &App, only_if_missing: bool) -> Result<Rotation, KeyError> {
    let keys = SigningKeys(app.store());
    if !keys.begin_rotation(app.now(), ROTATION_LEASE).await? {
        let current = Stored::read(app).await?.ok_or(KeyError::Missing)?;
        return Ok(Rotation::Kept(current.kid));
    }
    let rotated = rotate_alone(app, only_if_missing).await;
    keys.end_rotation().await?;
    rotated
}

/// The public half is published first, then the private half replaces the old one, then the old public half gets the day it
/// goes. A crash between any two leaves every token verifiable, and the next run finishes the work.
async fn rotate_alone(app: &App, only_if_missing: bool) -> Result<Rotation, KeyError> {
    let (now, settings) = (app.now(), app.section::<Settings>());
    // When the last token that an older key has signed is over.
    let retires_at = now + settings.refresh_lifetime + RETIREMENT_MARGIN;
    if let Some(current) = Stored::read(app).await?
        && (only_if_missing || now.duration_since(current.created_at) < MIN_AGE)
    {
        retire_older(app, current.created_at, retires_at).await?;
        return Ok(Rotation::Kept(current.kid));
    }

    let mut seed = [0; 32];
    app.random().fill_bytes(&mut seed);
    let pair =
        Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are an Ed25519 seed");
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let kid = x[..16].to_owned();
    let public = PublicKey {
        kid: kid.clone(),
        x,
        created_at: now,
        retires_at: None,
    };
    let audit = app
        .audit(SIGNING_KEY_ROTATED)
        .on(Object::the("signing_key"));
    SigningKeys(app.store()).add(&public, &audit).await?;

    let stored = Stored {
        kid: kid.clone(),
        d: URL_SAFE_NO_PAD.encode(seed),
        created_at: now,
    };
    let text = serde_json::to_string(&stored).expect("a struct of texts is JSON");
    let secrets = app.secrets();
    secrets
        .write(
            &settings.signing_key_secret,
            text,
            "replace the signing key",
        )
        .await?;

    retire_older(app, now, retires_at).await?;
    Ok(Rotation::Rotated(kid))
}

/// Gives every key that is older than the one that signs the day it goes.
async fn retire_older(app: &App, than: Timestamp, retires_at: Timestamp) -> Result<(), StoreError> {
    let keys = SigningKeys(app.store());
    for key in keys.list(Timestamp::MIN).await? {
        if key.created_at.as_millisecond() < than.as_millisecond() && key.retires_at.is_none() {
            keys.retire(&key.kid, retires_at).await?;
        }
    }
    Ok(())
}

impl Stored {
    async fn read(app: &App) -> Result<Option<Self>, SecretError> {
        let settings = app.section::<Settings>();
        let secrets = app.secrets();
        let text = secrets
            .read(&settings.signing_key_secret, "read the signing key")
            .await?;
        match text.expose_secret() {
            // What the template puts there before the first key is made.
            "" | "{}" => Ok(None),
            text => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| SecretError::Malformed("signing key")),
        }
    }

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
