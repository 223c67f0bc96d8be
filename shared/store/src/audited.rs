//! What a transaction writes into the audit log, and counts.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use kernel::limit::Counted;
use serde::Deserialize;

use crate::audit::keys;
use crate::condition::{at_most, differs, equals};
use crate::error::StoreError;
use crate::item::{Item, from_item};
use crate::limits::{self, Limits, Window, has_room};
use crate::value::millis;
use crate::{AuditLog, Key, Store};

/// The time in which the same again is no entry of its own.
const REPEATS: SignedDuration = SignedDuration::from_mins(1);

/// The entries of a transaction, each with what it is counted against.
///
/// The counter of an account that does something remembers the newest entry it was asked for. So the same again within a minute
/// is seen by the write that counts it, at no step and no unit more: the transaction is then sent again, and counts in that
/// entry instead of adding one. A flood fills neither the log nor its index.
#[derive(Default)]
pub(crate) struct Audited {
    entries: Vec<Entry>,
    /// The entry that is counted in, where the only one to be written repeats it.
    earlier: Option<Key>,
}

/// What a counter remembers of the newest entry.
#[derive(Deserialize)]
struct Newest {
    #[serde(rename = "last")]
    kind: String,
    last_pk: String,
    last_sk: String,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    last_at: Timestamp,
}

impl Audited {
    pub(crate) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The writes of it all: the counters first.
    pub(crate) fn writes(&self, store: &Store) -> Vec<TransactWriteItem> {
        let (limits, log) = (Limits(store), AuditLog(store));
        let counters = self.counted().into_iter().map(|(entry, counted)| {
            if self.remembers(entry, counted) {
                self.remembering(&limits, entry, counted)
            } else {
                limits.counting(counted, entry.at)
            }
        });
        let entries = self.entries.iter().map(|entry| match &self.earlier {
            Some(earlier) => log.again(earlier.clone(), entry.at),
            None => log.write(entry),
        });
        counters.chain(entries).collect()
    }

    /// Learns why the write in this place, of [`writes`](Self::writes), was refused: the transaction is to be sent again, unless
    /// a limit is used up.
    pub(crate) fn learn(&mut self, position: usize, item: Option<Item>) -> Result<(), StoreError> {
        let earlier = match (self.counted().get(position), item) {
            (Some((entry, counted)), Some(item)) => {
                if limits::is_used_up(&counted.limit, &item)? {
                    return Err(limits::refusal(counted, item, entry.at)?);
                }
                self.repeated(entry, item)?
            }
            // An entry that was to be counted in is another one by now.
            _ => None,
        };
        self.earlier = earlier;
        Ok(())
    }

    /// Everything that is counted, once each, with the entry that says so.
    fn counted(&self) -> Vec<(&Entry, &Counted)> {
        let mut all: Vec<(&Entry, &Counted)> = Vec::new();
        for entry in &self.entries {
            for counted in &entry.counted {
                let is_same = |other: &Counted| {
                    (other.limit.name, &other.subject) == (counted.limit.name, &counted.subject)
                };
                if !all.iter().any(|(_, other)| is_same(other)) {
                    all.push((entry, counted));
                }
            }
        }
        all
    }

    /// Whether a counter remembers the entry: that of the account whose doing it is, where nothing else is recorded with it. What
    /// somebody does to another's account is recorded each time, from what to what.
    fn remembers(&self, entry: &Entry, counted: &Counted) -> bool {
        let account = entry.object.as_str().strip_prefix("user/");
        self.entries.len() == 1
            && entry.actor.is_some_and(|actor| {
                let actor = actor.to_string();
                actor == counted.subject && account.is_none_or(|account| account == actor)
            })
    }

    fn remembering(
        &self,
        limits: &Limits<'_>,
        entry: &Entry,
        counted: &Counted,
    ) -> TransactWriteItem {
        let Counted { limit, subject } = counted;
        let count = limits
            .count(limit, subject, Window::at(limit, entry.at))
            .when(has_room(limit));
        let count = if let Some(earlier) = &self.earlier {
            count.when(equals("last_sk", earlier.sk.as_str()))
        } else {
            let (kind, Key { pk, sk }) = (kind(entry), keys::entry(entry.id, entry.at));
            let is_new =
                differs("last", kind.as_str()).or(at_most("last_at", millis(entry.at - REPEATS)));
            count
                .set("last", kind)
                .set("last_pk", pk)
                .set("last_sk", sk)
                .set("last_at", millis(entry.at))
                .when(is_new)
        };
        count.telling_in_transaction()
    }

    /// The entry that one repeats, as its counter remembers it.
    fn repeated(&self, entry: &Entry, item: Item) -> Result<Option<Key>, StoreError> {
        let newest: Newest = from_item(item, "read the newest entry of an account")?;
        let is_repeated = newest.kind == kind(entry) && entry.at < newest.last_at + REPEATS;
        // Where it was taken for a repetition already, and is none, another call came between.
        let is_repeated = is_repeated && self.earlier.is_none();
        Ok(is_repeated.then(|| Key::new(newest.last_pk, &newest.last_sk)))
    }
}

/// What makes two entries the same: what was done to what, how it ended, and which fields it changed.
fn kind(entry: &Entry) -> String {
    let fields = entry.changes.iter().map(|change| change.field.as_str());
    let fields = fields.collect::<Vec<_>>().join(",");
    let (action, object) = (entry.action.as_str(), entry.object.as_str());
    limits::digest(&format!("{action} {object} {} {fields}", entry.success))
}
