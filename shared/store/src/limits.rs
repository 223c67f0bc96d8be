use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use kernel::limit::Limit;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::condition::{absent, at_least, at_most, equals, exists, greater, less};
use crate::error::StoreError;
use crate::item::{Item, from_item};
use crate::table::LIMITS;
use crate::transaction::Transaction;
use crate::update::{Changed, Update};
use crate::value::millis;
use crate::{AuditLog, Key, Store};

/// Attempts at opening a window or counting in it before a storm of calls is told to come back.
const MAX_ATTEMPTS: u32 = 8;

/// The storage of the counters of calls. One conditional write counts and decides, so of any number of parallel calls
/// exactly the quota passes.
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
    /// The moment at which the window ends: what tells it from the one before and the one after.
    pub ends_at: Timestamp,
    /// The first call of its window that was refused: the one to write into the audit log.
    pub is_first_refusal: bool,
}

#[derive(Deserialize)]
struct Record {
    calls: u32,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    ends_at: Timestamp,
    #[serde(default)]
    reported: bool,
}

/// The counter of one subject under one limit. The subject is hashed: it may be an address.
pub(crate) fn key(name: &str, subject: &str) -> Key {
    let digest = Sha256::digest(subject.as_bytes());
    // 128 of its bits tell subjects apart as well as all of them.
    let short = u128::from_be_bytes(
        digest[..16]
            .try_into()
            .expect("a SHA-256 digest has 32 bytes"),
    );
    Key::new(format!("LIMIT#{name}#{short:032x}"), "LIMIT")
}

impl Limits<'_> {
    /// Counts a call of `subject`, if the limit allows it.
    pub async fn hit(
        &self,
        limit: &Limit,
        subject: &str,
        now: Timestamp,
    ) -> Result<Hit, StoreError> {
        let attempt = "count a call";
        for _ in 0..MAX_ATTEMPTS {
            // Most callers come once in a window, so most calls are the one write that opens it.
            for change in [
                self.open(limit, subject, now),
                self.count(limit, subject, now),
            ] {
                let record = match change.apply(self.0, attempt).await? {
                    Changed::Now(item) => return Ok(verdict(limit, &read(item)?, true, now)),
                    Changed::Not(item) => item.map(read).transpose()?,
                };
                if let Some(record) =
                    record.filter(|record| record.ends_at > now && record.calls >= limit.quota)
                {
                    return Ok(verdict(limit, &record, false, now));
                }
            }
        }
        Err(StoreError::kept_changing(attempt))
    }

    /// Takes a counted call back, because what it was counted for did not happen. A window that was opened since stays as it
    /// is.
    pub async fn take_back(
        &self,
        limit: &Limit,
        subject: &str,
        hit: &Hit,
    ) -> Result<(), StoreError> {
        let is_same_window = equals("ends_at", millis(hit.ends_at));
        let take_back = self
            .counter(limit, subject)
            .subtract("calls", 1)
            .when(at_least("calls", 1).and(is_same_window));
        take_back
            .apply(self.0, "take a counted call back")
            .await
            .map(drop)
    }

    /// Writes the first refusal of a window into the audit log. Later ones cost nothing: a flood must not fill the log.
    pub async fn report(
        &self,
        limit: &Limit,
        subject: &str,
        audit: &Entry,
    ) -> Result<(), StoreError> {
        let report = self
            .counter(limit, subject)
            .set("reported", true)
            .when(exists("pk").and(absent("reported")));
        Transaction::new("report a reached limit")
            .with("limit", report.in_transaction())
            .with("audit", AuditLog(self.0).write(audit))
            .commit(self.0)
            .await
            .map(drop)
    }

    fn count<'a>(&'a self, limit: &Limit, subject: &str, now: Timestamp) -> Update<'a> {
        self.counter(limit, subject)
            .add("calls", 1)
            .when(greater("ends_at", millis(now)).and(less("calls", limit.quota)))
    }

    fn open<'a>(&'a self, limit: &Limit, subject: &str, now: Timestamp) -> Update<'a> {
        let ends_at = now + limit.window;
        self.counter(limit, subject)
            .set("calls", 1)
            .set("ends_at", millis(ends_at))
            .set("ttl", ends_at.as_second() + 60)
            .remove(["reported"])
            .when(absent("pk").or(at_most("ends_at", millis(now))))
    }

    /// Begins a change of a subject's counter.
    fn counter<'a>(&'a self, limit: &Limit, subject: &str) -> Update<'a, false> {
        Update::of(self.0.table(LIMITS), key(limit.name, subject))
    }
}

fn read(item: Item) -> Result<Record, StoreError> {
    from_item(item, "read a counter")
}

fn verdict(limit: &Limit, record: &Record, passed: bool, now: Timestamp) -> Hit {
    Hit {
        passed,
        remaining: limit.quota.saturating_sub(record.calls),
        resets_in: record.ends_at.duration_since(now),
        ends_at: record.ends_at,
        is_first_refusal: !passed && !record.reported,
    }
}
