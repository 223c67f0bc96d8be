//! The two keys of accounts, read once by a process that needs them.

use std::sync::Arc;

use cloud::{Ahead, App, SecretError};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OnceCell;

use crate::code::Pepper;
use crate::factor::Seal;
use crate::settings::Settings;

/// Fewest characters of a secret that a key is made of: an empty or short one would be a key that anybody can make, and 32
/// random ones have more than the 256 bits that a key needs.
const MIN_SECRET: usize = 32;

#[derive(Default)]
struct Kept {
    pepper: OnceCell<Arc<Pepper>>,
    seal: OnceCell<Arc<Seal>>,
}

/// What functions need that look at one-time or recovery codes.
pub const PEPPER: Ahead = Ahead::secret(
    |app| app.section::<Settings>().code_pepper_secret.clone(),
    |app, secret| {
        let pepper = pepper_of(secret)?;
        // Nobody reads it meanwhile: the first event comes after.
        let _ = app.part::<Kept>().pepper.set(pepper);
        Ok(())
    },
);

/// What functions need that look at second factors.
pub const FACTOR_KEY: Ahead = Ahead::secret(
    |app| app.section::<Settings>().factor_key_secret.clone(),
    |app, secret| {
        let seal = seal_of(secret)?;
        let _ = app.part::<Kept>().seal.set(seal);
        Ok(())
    },
);

/// The key that one-time codes are hashed with.
pub async fn pepper(app: &App) -> Result<Arc<Pepper>, SecretError> {
    let read = || async {
        let id = &app.section::<Settings>().code_pepper_secret;
        pepper_of(app.secrets().read(id, "read the code pepper").await?)
    };
    let kept = app.part::<Kept>();
    kept.pepper.get_or_try_init(read).await.map(Arc::clone)
}

/// The key that the secrets of second factors are encrypted with.
pub async fn factor_seal(app: &App) -> Result<Arc<Seal>, SecretError> {
    let read = || async {
        let id = &app.section::<Settings>().factor_key_secret;
        let attempt = "read the key of second factors";
        seal_of(app.secrets().read(id, attempt).await?)
    };
    let kept = app.part::<Kept>();
    kept.seal.get_or_try_init(read).await.map(Arc::clone)
}

fn pepper_of(secret: SecretString) -> Result<Arc<Pepper>, SecretError> {
    let secret = long_enough(secret).ok_or(SecretError::Malformed("code pepper"))?;
    Ok(Arc::new(Pepper::new(secret)))
}

fn seal_of(secret: SecretString) -> Result<Arc<Seal>, SecretError> {
    let secret = long_enough(secret).ok_or(SecretError::Malformed("key of second factors"))?;
    Ok(Arc::new(Seal::of(&secret)))
}

fn long_enough(secret: SecretString) -> Option<SecretString> {
    (secret.expose_secret().len() >= MIN_SECRET).then_some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_046_a_short_secret_is_no_key() {
        for secret in ["", "{}", &"k".repeat(31)] {
            assert!(long_enough(secret.into()).is_none(), "{secret:?}");
        }
        assert!(long_enough("k".repeat(32).into()).is_some());
    }
}
