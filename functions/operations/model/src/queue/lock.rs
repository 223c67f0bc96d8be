use jiff::{SignedDuration, Timestamp};
use store::condition::{absent, at_most, equals};
use store::update::{Changed, Update};
use store::value::millis;
use store::{Key, Store, StoreError, TASKS};

/// The time for which the dead letters of a queue are one call's: a little more than its function lives.
const LEASE: SignedDuration = SignedDuration::from_secs(35);

/// The time after which the item goes.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The lock of the dead letters of a queue: two calls that move them at once would each see half.
pub struct Lock<'a> {
    store: &'a Store,
    queue: &'static str,
    holder: String,
}

fn key(queue: &str) -> Key {
    Key::new(format!("DEAD_LETTERS#{queue}"), "LOCK")
}

impl<'a> Lock<'a> {
    /// Takes the lock of a queue, by the id of the request that wants it. `None` if another has it.
    pub async fn take(
        store: &'a Store,
        queue: &'static str,
        holder: &str,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let is_free = absent("pk").or(at_most("until", millis(now)));
        let take = Update::of(store.table(TASKS), key(queue))
            .set("until", millis(now + LEASE))
            .set("holder", holder)
            .set("ttl", (now + KEPT).as_second())
            .when(is_free);
        let taken = take
            .apply(store, "lock the dead letters of a queue")
            .await?;
        Ok(matches!(taken, Changed::Now(_)).then(|| Self {
            store,
            queue,
            holder: holder.to_owned(),
        }))
    }

    /// Lets go of it. If that fails it ends by itself.
    pub async fn release(self) -> Result<(), StoreError> {
        let release = Update::of(self.store.table(TASKS), key(self.queue))
            .set("until", 0)
            .when(equals("holder", &self.holder));
        let attempt = "unlock the dead letters of a queue";
        release.apply(self.store, attempt).await.map(drop)
    }
}
