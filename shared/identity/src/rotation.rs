//! The rotation of the key that tokens are signed with.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::App;
use jiff::{SignedDuration, Timestamp};
use kernel::audit::Object;
use rand::Rng as _;
use store::StoreError;

use crate::keys::{KeyError, Stored};
use crate::settings::Settings;
use crate::signing_keys::{PublicKey, SigningKeys};

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

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// A new key signs; its id.
    Rotated(String),
    /// The key is young enough; its id.
    Kept(String),
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
