//! The index that a process holds.

use std::sync::Arc;

use api::{Answer, ApiError};
use catalog::category::Categories;
use catalog::index::IndexWishes;
use catalog_index::Index;
use cloud::App;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;
use tokio::sync::Mutex;

use crate::stored::{Found, Stored, load};

/// The time after which a process looks whether there is another index. With the second for which the stream gathers changes, and
/// what it takes to index them, others see a change within five seconds.
pub const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(3);

/// The time for which a process answers from the index that it has while it cannot get another one.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// The time after which a process asks for the index once more.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// The index that a process holds. Loading goes one at a time, and who comes meanwhile waits for it.
#[derive(Default)]
struct Shelf(Mutex<Held>);

#[derive(Default)]
struct Held {
    stored: Option<Arc<Stored>>,
    /// When it was looked whether it is current, and when it was seen to be.
    looked_at: Option<Timestamp>,
    seen_at: Option<Timestamp>,
    /// When another was asked for, because there is none, or it is damaged.
    asked_at: Option<Timestamp>,
}

/// There is no index to answer from. Another was asked for.
#[derive(Debug, Error)]
#[error("the index of products is missing or damaged, and is being made anew")]
struct NoIndex;

/// The index as it was a moment ago.
///
/// # Errors
/// 503 while there is none.
pub(crate) async fn current(app: &App) -> Answer<Arc<Stored>> {
    let shelf = app.part::<Shelf>();
    let mut held = shelf.0.lock().await;
    let now = app.now();
    if let Some(stored) = &held.stored
        && is_within(held.looked_at, LOOK_AGAIN, now)
    {
        return Ok(Arc::clone(stored));
    }

    let found = load(&app.files(), held.stored.as_deref()).await;
    held.looked_at = Some(now);
    match found {
        Ok(Found::New(stored)) => {
            held.stored = Some(Arc::from(stored));
            held.seen_at = Some(now);
        }
        Ok(Found::Same) => held.seen_at = Some(now),
        Ok(Found::Missing) if held.stored.is_none() && is_new(app).await? => {
            return Ok(Arc::new(nothing()));
        }
        Ok(Found::Missing) => held.ask(app, "there is no index of products").await,
        Ok(Found::Damaged { error, .. }) => held.ask(app, &error.to_string()).await,
        Err(error) => {
            tracing::warn!(%error, "whether there is another index of products is not known");
            return held.usable(now).ok_or_else(|| error.into());
        }
    }
    held.usable(now)
        .ok_or_else(|| ApiError::unavailable(NoIndex))
}

impl Held {
    /// What can be answered from.
    fn usable(&self, now: Timestamp) -> Option<Arc<Stored>> {
        let stored = self.stored.as_ref();
        let stored = stored.filter(|_| is_within(self.seen_at, KEPT, now));
        stored.map(Arc::clone)
    }

    /// Asks for the index, unless that was done a moment ago. Who cannot ask answers all the same, and asks the next time.
    async fn ask(&mut self, app: &App, reason: &str) {
        let now = app.now();
        if is_within(self.asked_at, ASK_AGAIN, now) {
            return;
        }
        tracing::error!(
            reason,
            "the index of products cannot be used: it is asked for"
        );
        match IndexWishes(app.store()).ask(now).await {
            Ok(()) => self.asked_at = Some(now),
            Err(error) => tracing::error!(%error, "the index of products could not be asked for"),
        }
    }
}

/// Whether the catalogue has nothing yet: a product is in a category. Its index is made with the first.
async fn is_new(app: &App) -> Answer<bool> {
    let read = Categories(app.store()).read().await?;
    Ok(read.tree.all().is_empty())
}

/// The index of a catalogue that has nothing yet.
fn nothing() -> Stored {
    Stored {
        index: Index::empty(),
        etag: "nothing".to_owned(),
    }
}

/// Whether a moment was so short a time ago.
fn is_within(moment: Option<Timestamp>, time: SignedDuration, now: Timestamp) -> bool {
    moment.is_some_and(|moment| now.duration_since(moment) < time)
}
