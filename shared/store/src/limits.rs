use domain::audit::Entry;
use domain::limit::Limit;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::Store;
use crate::error::StoreError;
use crate::expression::{Change, Changed, Item, bool, from_item, n};
use crate::keys;
use crate::transaction::Transaction;

/// Rounds of 'open a window' and 'count' before a storm of calls is told to come back.
const MAX_ROUNDS: u32 = 8;

/// Counters of calls. One conditional write counts and decides, so of any number of parallel calls exactly the quota passes.
pub struct Limits<'a>(pub(crate) &'a Store);

/// What a call is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// It may go on.
    pub passed: bool,
    /// Calls left in the window.
    pub remaining: u32,
    /// Time until the window ends.
    pub resets_in: SignedDuration,
    /// When it ends: what tells it from the one before and the one after.
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

impl Limits<'_> {
    /// Counts a call of `subject`, if the limit allows it.
    pub async fn hit(
        &self,
        limit: &Limit,
        subject: &str,
        now: Timestamp,
    ) -> Result<Hit, StoreError> {
        let attempt = "count a call";
        for _ in 0..MAX_ROUNDS {
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
        let take_back = Change {
            table: &self.0.tables.limits,
            key: keys::limit(limit.name, subject),
            update: "SET #calls = #calls - :one",
            condition: "#calls >= :one AND #ends_at = :ends_at",
            values: vec![
                (":one", n(1)),
                (":ends_at", n(hit.ends_at.as_millisecond())),
            ],
        };
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
        let report = Change {
            table: &self.0.tables.limits,
            key: keys::limit(limit.name, subject),
            update: "SET #reported = :yes",
            condition: "attribute_exists(#pk) AND attribute_not_exists(#reported)",
            values: vec![(":yes", bool(true))],
        };
        Transaction::new("report a reached limit")
            .with("limit", report.in_transaction())
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await
            .map(drop)
    }

    fn count<'a>(&'a self, limit: &Limit, subject: &str, now: Timestamp) -> Change<'a> {
        Change {
            table: &self.0.tables.limits,
            key: keys::limit(limit.name, subject),
            update: "SET #calls = #calls + :one",
            condition: "#ends_at > :now AND #calls < :quota",
            values: vec![
                (":one", n(1)),
                (":now", n(now.as_millisecond())),
                (":quota", n(limit.quota)),
            ],
        }
    }

    fn open<'a>(&'a self, limit: &Limit, subject: &str, now: Timestamp) -> Change<'a> {
        let ends_at = now + limit.window;
        Change {
            table: &self.0.tables.limits,
            key: keys::limit(limit.name, subject),
            update: "SET #calls = :one, #ends_at = :ends_at, #ttl = :ttl REMOVE #reported",
            condition: "attribute_not_exists(#pk) OR #ends_at <= :now",
            values: vec![
                (":one", n(1)),
                (":now", n(now.as_millisecond())),
                (":ends_at", n(ends_at.as_millisecond())),
                (":ttl", n(ends_at.as_second() + 60)),
            ],
        }
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
