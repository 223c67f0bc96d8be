//! The two keys of accounts, read once by a process that needs them.

use std::sync::Arc;

use cloud::{App, SecretError};
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

/// The key that one-time codes are hashed with.
pub async fn pepper(app: &App) -> Result<Arc<Pepper>, SecretError> {
    let read = || async {
        let id = &app.section::<Settings>().code_pepper_secret;
        let secret = read_key(app, id, "read the code pepper", "code pepper").await?;
        Ok(Arc::new(Pepper::new(secret)))
    };
    let kept = app.part::<Kept>();
    kept.pepper.get_or_try_init(read).await.map(Arc::clone)
}

/// The key that the secrets of second factors are encrypted with.
pub async fn factor_seal(app: &App) -> Result<Arc<Seal>, SecretError> {
    let read = || async {
        let id = &app.section::<Settings>().factor_key_secret;
        let (attempt, what) = ("read the key of second factors", "key of second factors");
        let secret = read_key(app, id, attempt, what).await?;
        Ok(Arc::new(Seal::of(&secret)))
    };
    let kept = app.part::<Kept>();
    kept.seal.get_or_try_init(read).await.map(Arc::clone)
}

async fn read_key(
    app: &App,
    id: &str,
    attempt: &'static str,
    what: &'static str,
) -> Result<SecretString, SecretError> {
    let secret = app.secrets().read(id, attempt).await?;
    long_enough(secret).ok_or(SecretError::Malformed(what))
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
