//! The two keys of accounts, read once by a process that needs them.

use std::sync::Arc;

use cloud::{App, SecretError};
use secrecy::ExposeSecret as _;
use tokio::sync::OnceCell;

use crate::code::Pepper;
use crate::factor::Seal;
use crate::settings::Settings;

/// Fewest characters of a secret that a key is made of: an empty or short one would be a key that anybody can make.
const MIN_SECRET: usize = 32;

#[derive(Default)]
struct Kept {
    pepper: OnceCell<Arc<Pepper>>,
    seal: OnceCell<Arc<Seal>>,
}

/// The key that one-time codes are hashed with.
pub async fn pepper(app: &App) -> Result<Arc<Pepper>, SecretError> {
    let read = || async {
        let settings = app.section::<Settings>();
        let id = &settings.code_pepper_secret;
        let secret = app.secrets().read(id, "read the code pepper").await?;
        if secret.expose_secret().len() < MIN_SECRET {
            return Err(SecretError::Malformed("code pepper"));
        }
        Ok(Arc::new(Pepper::new(secret)))
    };
    let kept = app.part::<Kept>();
    kept.pepper.get_or_try_init(read).await.map(Arc::clone)
}

/// The key that the secrets of second factors are encrypted with.
pub async fn factor_seal(app: &App) -> Result<Arc<Seal>, SecretError> {
    let read = || async {
        let settings = app.section::<Settings>();
        let id = &settings.factor_key_secret;
        let attempt = "read the key of second factors";
        let secret = app.secrets().read(id, attempt).await?;
        Seal::of(&secret)
            .map(Arc::new)
            .ok_or(SecretError::Malformed("key of second factors"))
    };
    let kept = app.part::<Kept>();
    kept.seal.get_or_try_init(read).await.map(Arc::clone)
}
