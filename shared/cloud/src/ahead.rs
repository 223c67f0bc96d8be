//! What a function reads before its first event, so that no request waits for it.

use std::pin::Pin;
use std::time::Duration;

use futures_util::future::join_all;
use secrecy::SecretString;
use tokio::time::timeout;

use crate::{App, SecretError};

/// The time that a start takes for it at most. Lambda gives a start ten seconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that a process reads once, or seldom, and works with for long.
#[derive(Clone, Copy)]
pub enum Ahead {
    /// A secret.
    Secret(SecretAhead),
    /// Anything else. It keeps itself.
    Other(fn(App) -> Reading),
}

/// A secret that is read ahead.
#[derive(Clone, Copy)]
pub struct SecretAhead {
    id: fn(&App) -> String,
    keep: Keep,
    /// Reads several of them. By way of it, a function that has none has no client of Secrets Manager in its binary.
    read_all: fn(App, Vec<(String, Keep)>) -> Reading,
}

/// Keeps a secret where those look who need it.
type Keep = fn(&App, SecretString) -> Result<(), SecretError>;

/// The reading of something.
pub type Reading = Pin<Box<dyn Future<Output = Result<(), ReadError>> + Send>>;

/// The reason why something could not be read.
pub type ReadError = Box<dyn std::error::Error + Send + Sync>;

impl Ahead {
    /// The secret that has this id in Secrets Manager, and what keeps it where those look who need it.
    pub const fn secret(id: fn(&App) -> String, keep: Keep) -> Self {
        Self::Secret(SecretAhead {
            id,
            keep,
            read_all: |app, secrets| Box::pin(read_secrets(app, secrets)),
        })
    }
}

/// Reads all of it together, the secrets in one call. What cannot be read is said in the log, and left to the request that
/// needs it.
pub async fn read_ahead(app: &App, all: &[Ahead]) {
    let (mut readings, mut secrets, mut read_all) = (Vec::new(), Vec::new(), None);
    for ahead in all {
        match ahead {
            Ahead::Other(read) => readings.push(read(app.clone())),
            Ahead::Secret(secret) => {
                secrets.push(((secret.id)(app), secret.keep));
                read_all = Some(secret.read_all);
            }
        }
    }
    readings.extend(read_all.map(|read_all| read_all(app.clone(), secrets)));
    let Ok(outcomes) = timeout(PATIENCE, join_all(readings)).await else {
        tracing::warn!("not all could be read ahead in time");
        return;
    };
    for outcome in outcomes {
        if let Err(error) = outcome {
            tracing::warn!(%error, "something could not be read ahead");
        }
    }
}

async fn read_secrets(app: App, secrets: Vec<(String, Keep)>) -> Result<(), ReadError> {
    let (ids, keeps): (Vec<_>, Vec<_>) = secrets.into_iter().unzip();
    let attempt = "read the secrets of a function";
    let found = match &ids[..] {
        [one] => vec![Some(app.secrets().read(one, attempt).await?)],
        _ => app.secrets().read_all(&ids, attempt).await?,
    };
    for (keep, secret) in keeps.into_iter().zip(found) {
        if let Some(secret) = secret {
            keep(&app, secret)?;
        }
    }
    Ok(())
}
