use jiff::{SignedDuration, Timestamp};
use kernel::limit::{TRIES_REMEMBERED, pause_after};
use serde::Deserialize;

use crate::condition::{absent, at_most, equals};
use crate::error::StoreError;
use crate::item::from_item;
use crate::limits;
use crate::table::LIMITS;
use crate::update::{Changed, Update};
use crate::value::millis;
use crate::{Key, Store};

/// Attempts at a counter before a storm of tries is told to come back. Each one after the first means that another try was
/// counted or forgiven in between, and after five of those there is a pause.
const MAX_ATTEMPTS: u32 = 16;

/// The pause that a try is told which others got ahead of each time.
const STORM_PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// Wrong proofs in a row, and the pauses they cost.
///
/// A try is taken before the proof is looked at, and only a right one gives it back. So of any number of parallel tries
/// exactly as many are looked at as one after the other would be.
pub struct Tries<'a>(pub &'a Store);

#[derive(Deserialize)]
struct Record {
    tries: u32,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    blocked_until: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    forgotten_at: Timestamp,
}

/// The key of the counter of wrong proofs in a row.
fn key(proof: &str, subject: &str) -> Key {
    let subject = limits::digest(subject);
    Key::new(format!("TRIES#{proof}#{subject}"), "TRIES")
}

impl Tries<'_> {
    /// Takes a try of one kind of proof for a subject. `None` if there was one to take, otherwise the time until there is.
    pub async fn take(
        &self,
        proof: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<Option<SignedDuration>, StoreError> {
        let attempt = "take a try";
        // Most people are right at once, so most tries are the one write that begins a count.
        let mut seen: Option<Record> = None;
        for _ in 0..MAX_ATTEMPTS {
            if let Some(record) = seen.as_ref().filter(|record| record.blocked_until > now) {
                return Ok(Some(record.blocked_until.duration_since(now)));
            }
            let change = self.count(key(proof, subject), seen.as_ref(), now);
            match change.apply(self.0, attempt).await? {
                Changed::Now(_) => return Ok(None),
                Changed::Not(item) => {
                    let record = item.map(|item| from_item::<Record>(item, attempt));
                    seen = record
                        .transpose()?
                        .filter(|record| record.forgotten_at > now);
                }
            }
        }
        Ok(Some(STORM_PAUSE))
    }

    /// Forgets the tries of a subject, because the last one was right.
    pub async fn forgive(&self, proof: &str, subject: &str) -> Result<(), StoreError> {
        let attempt = "forgive wrong tries";
        self.0
            .client
            .delete_item()
            .table_name(self.0.table(LIMITS))
            .set_key(Some(key(proof, subject).into_item()))
            .send()
            .await
            .map(drop)
            .map_err(|error| StoreError::from_sdk(attempt, error))
    }

    /// One try more than there were when the counter was looked at, on the condition that it is still as it was then.
    fn count(&self, key: Key, seen: Option<&Record>, now: Timestamp) -> Update<'_> {
        let tries = seen.map_or(0, |record| record.tries).saturating_add(1);
        let forgotten_at = now + TRIES_REMEMBERED;
        // A free try blocks nobody, not even a function whose clock is a little behind this one's.
        let blocked_until = match pause_after(tries) {
            SignedDuration::ZERO => Timestamp::UNIX_EPOCH,
            pause => now + pause,
        };
        let is_as_seen = match seen {
            Some(record) => equals("tries", record.tries)
                .and(equals("blocked_until", millis(record.blocked_until))),
            None => absent("pk").or(at_most("forgotten_at", millis(now))),
        };
        Update::of(self.0.table(LIMITS), key)
            .set("tries", tries)
            .set("blocked_until", millis(blocked_until))
            .set("forgotten_at", millis(forgotten_at))
            .set("ttl", forgotten_at.as_second() + 60)
            .when(is_as_seen)
    }
}
