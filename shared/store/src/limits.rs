use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use kernel::limit::{Counted, Limit};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::condition::{Condition, absent, at_least, exists, less};
use crate::error::StoreError;
use crate::item::{Item, from_item};
use crate::table::LIMITS;
use crate::transaction::Transaction;
use crate::update::{Changed, Update};
use crate::{Key, Store};

/// The storage of the counters of calls. A window of a subject has a counter of its own, and one conditional write counts and
/// decides: so of any number of parallel calls exactly the quota passes, and each costs one write.
pub struct Limits<'a>(pub &'a Store);

/// What a call is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Whether the call may go on.
    pub passed: bool,
    /// Calls left in the window.
    pub remaining: u32,
    /// Time until the window ends.
    pub resets_in: SignedDuration,
    /// The first call of its window that was refused: the one to write into the audit log.
    pub is_first_refusal: bool,
}

/// One of the windows of a limit, by its number since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    number: i64,
    pub(crate) ends_at: Timestamp,
}

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    calls: u32,
    #[serde(default)]
    reported: bool,
}

impl Window {
    /// The window of a limit that a moment is in.
    pub(crate) fn at(limit: &Limit, now: Timestamp) -> Self {
        let seconds = limit.window.as_secs().max(1);
        let number = now.as_second().div_euclid(seconds);
        let ends_at = Timestamp::from_second((number + 1) * seconds).unwrap_or(Timestamp::MAX);
        Self { number, ends_at }
    }
}

/// The digest of a subject, which may be an address. 128 bits tell subjects apart as well as all of them.
pub(crate) fn digest(subject: &str) -> String {
    let digest = Sha256::digest(subject.as_bytes());
    kernel::digest::hex(&digest[..16])
}

/// The counter of one subject under one limit, in one window.
fn key(limit: &Limit, subject: &str, window: Window) -> Key {
    let (name, subject) = (limit.name, digest(subject));
    Key::new(format!("LIMIT#{name}#{subject}#{}", window.number), "LIMIT")
}

/// The condition under which one more call passes.
pub(crate) fn has_room(limit: &Limit) -> Condition {
    absent("calls").or(less("calls", limit.quota))
}

impl Limits<'_> {
    /// Counts a call of `subject`, if the limit allows it.
    pub async fn hit(
        &self,
        limit: &Limit,
        subject: &str,
        now: Timestamp,
    ) -> Result<Hit, StoreError> {
        let window = Window::at(limit, now);
        let count = self.count(limit, subject, window).when(has_room(limit));
        let (passed, item) = match count.apply(self.0, "count a call").await? {
            Changed::Now(item) => (true, item),
            Changed::Not(item) => (false, item.unwrap_or_default()),
        };
        let record = read(item)?;
        Ok(Hit {
            passed,
            remaining: limit.quota.saturating_sub(record.calls),
            resets_in: window.ends_at.duration_since(now),
            is_first_refusal: !passed && !record.reported,
        })
    }

    /// Takes back a call that was counted at a moment, because what it was counted for did not happen.
    pub async fn take_back(
        &self,
        limit: &Limit,
        subject: &str,
        counted_at: Timestamp,
    ) -> Result<(), StoreError> {
        let take_back = self
            .counter(limit, subject, Window::at(limit, counted_at))
            .subtract("calls", 1)
            .when(at_least("calls", 1));
        take_back
            .apply(self.0, "take a counted call back")
            .await
            .map(drop)
    }

    /// Writes the first refusal of a window into the audit log. Later ones cost nothing: a flood must not fill the log.
    pub async fn report(&self, counted: &Counted, audit: &Entry) -> Result<(), StoreError> {
        let Counted { limit, subject } = counted;
        let report = self
            .counter(limit, subject, Window::at(limit, audit.at))
            .set("reported", true)
            .when(exists("pk").and(absent("reported")));
        Transaction::new("report a reached limit")
            .with("limit", report.in_transaction())
            .audited(audit)
            .commit(self.0)
            .await
            .map(drop)
    }

    /// The write that counts a call in the transaction of what it is for.
    pub(crate) fn counting(&self, counted: &Counted, now: Timestamp) -> TransactWriteItem {
        let Counted { limit, subject } = counted;
        self.count(limit, subject, Window::at(limit, now))
            .when(has_room(limit))
            .telling_in_transaction()
    }

    /// Begins the change that counts one more call in a window.
    pub(crate) fn count<'a>(&'a self, limit: &Limit, subject: &str, window: Window) -> Update<'a> {
        self.counter(limit, subject, window)
            .count_from(0, "calls")
            .set("ttl", window.ends_at.as_second() + 60)
    }

    /// Begins a change of a subject's counter.
    fn counter<'a>(&'a self, limit: &Limit, subject: &str, window: Window) -> Update<'a, false> {
        Update::of(self.0.table(LIMITS), key(limit, subject, window))
    }
}

/// What the counter says that refused a call in a transaction.
pub(crate) fn refusal(
    counted: &Counted,
    item: Item,
    now: Timestamp,
) -> Result<StoreError, StoreError> {
    let record = read(item)?;
    let window = Window::at(&counted.limit, now);
    Ok(StoreError::LimitReached {
        counted: counted.clone(),
        resets_in: window.ends_at.duration_since(now),
        is_first_refusal: !record.reported,
    })
}

/// Whether a counter has no room left.
pub(crate) fn is_used_up(limit: &Limit, item: &Item) -> Result<bool, StoreError> {
    Ok(read(item.clone())?.calls >= limit.quota)
}

fn read(item: Item) -> Result<Record, StoreError> {
    from_item(item, "read a counter")
}

#[cfg(test)]
mod tests {
    use kernel::limit::Per;

    use super::*;

    fn hourly() -> Limit {
        Limit {
            name: "test",
            quota: 3,
            window: SignedDuration::from_hours(1),
            per: Per::Client,
        }
    }

    #[test]
    fn windows_follow_each_other_without_a_gap() {
        let at = |text: &str| Window::at(&hourly(), text.parse().unwrap());

        let window = at("2026-03-01T12:00:00Z");
        assert_eq!(at("2026-03-01T12:59:59.999Z"), window);
        assert_eq!(window.ends_at, "2026-03-01T13:00:00Z".parse().unwrap());
        assert_eq!(at("2026-03-01T13:00:00Z").number, window.number + 1);
        assert_ne!(
            key(&hourly(), "ann", window),
            key(&hourly(), "ann", at("2026-03-01T13:00:00Z"))
        );
    }

    #[test]
    fn a_key_names_no_subject() {
        let window = Window::at(&hourly(), Timestamp::UNIX_EPOCH);

        let Key { pk, .. } = key(&hourly(), "ann@example.com", window);
        assert!(pk.starts_with("LIMIT#test#") && !pk.contains("ann"), "{pk}");
    }
}
