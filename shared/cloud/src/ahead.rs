//! What a function reads before its first event, so that no request waits for it.

use std::pin::Pin;
use std::time::Duration;

use futures_util::future::{join, join_all};
use secrecy::SecretString;
use tokio::time::timeout;

use crate::{App, SecretError};

/// The time that a start takes for it at most. Lambda gives a start ten seconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that a process reads once, or seldom, and works with for long.
#[derive(Clone, Copy)]
pub enum Ahead {
    /// A secret.
    Secret {
        /// Its id in Secrets Manager.
        id: fn(&App) -> String,
        /// Keeps it where those look who need it.
        keep: fn(&App, SecretString) -> Result<(), SecretError>,
    },
    /// Anything else. It keeps itself.
    Other(fn(App) -> Reading),
}

/// The reading of something.
pub type Reading = Pin<Box<dyn Future<Output = Result<(), ReadError>> + Send>>;

/// The reason why something could not be read.
pub type ReadError = Box<dyn std::error::Error + Send + Sync>;

/// Reads all of it together, the secrets in one call. What cannot be read is said in the log, and left to the request that
/// needs it.
pub async fn read_ahead(app: &App, all: &[Ahead]) {
    if all.is_empty() {
        return;
    }
    let others = all.iter().filter_map(|ahead| match ahead {
        Ahead::Other(read) => Some(read(app.clone())),
        Ahead::Secret { .. } => None,
    });
    let reading = join(read_secrets(app, all), join_all(others));
    let Ok((secrets, others)) = timeout(PATIENCE, reading).await else {
        tracing::warn!("not all could be read ahead in time");
        return;
    };
    for outcome in others.into_iter().chain([secrets]) {
        if let Err(error) = outcome {
            tracing::warn!(%error, "something could not be read ahead");
        }
    }
}

async fn read_secrets(app: &App, all: &[Ahead]) -> Result<(), ReadError> {
    let mut ids = Vec::new();
    let mut keeps = Vec::new();
    for ahead in all {
        if let Ahead::Secret { id, keep } = ahead {
            ids.push(id(app));
            keeps.push(keep);
        }
    }
    let attempt = "read the secrets of a function";
    let found = match &ids[..] {
        [] => return Ok(()),
        [one] => vec![Some(app.secrets().read(one, attempt).await?)],
        _ => app.secrets().read_all(&ids, attempt).await?,
    };
    for (keep, secret) in keeps.into_iter().zip(found) {
        if let Some(secret) = secret {
            keep(app, secret)?;
        }
    }
    Ok(())
}
