//! The audit log, as it is kept and listed.

pub mod keys;

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::audit::{Action, Change, Entry, Object, Origin};
use kernel::id::{AuditId, UserId};
use serde::{Deserialize, Serialize};

use crate::condition::exists;
use crate::error::StoreError;
use crate::listing::Listing;
use crate::page::{Page, PageError, PageRequest};
use crate::table::AUDIT;
use crate::transaction::Transaction;
use crate::update::Update;
use crate::wanted::Wanted;
use crate::writes::add;
use crate::{Key, Store};

/// The storage of the audit log. Entries are added in the transaction of what they record, and never changed.
pub struct AuditLog<'a>(pub &'a Store);

/// The entries that are wanted. All that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// What this account did.
    pub actor: Option<UserId>,
    /// What was done to this.
    pub object: Option<String>,
    /// What happened of this kind.
    pub action: Option<Action>,
    /// What happened on this day (UTC). Without it: the whole time, where it is about one account or one thing with an id,
    /// and today else.
    pub day: Option<Date>,
}

#[derive(Serialize)]
struct Record<'a> {
    id: String,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    action: &'a Action,
    object: &'a str,
    success: bool,
    client: &'a str,
    agent: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    changes: &'a [Change],
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_pk: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_pk: Option<String>,
    ttl: i64,
}

/// An entry, as it is read. Of an account that was deleted nothing is left but its id.
#[derive(Deserialize)]
struct Row {
    id: AuditId,
    at: Timestamp,
    #[serde(default)]
    actor: Option<UserId>,
    action: Action,
    object: Object,
    success: bool,
    #[serde(default)]
    client: String,
    #[serde(default)]
    agent: String,
    #[serde(default)]
    request_id: String,
    #[serde(default)]
    changes: Vec<Change>,
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

/// What of an entry says whether it is wanted.
#[derive(Deserialize)]
struct Facts {
    #[serde(default)]
    actor: Option<UserId>,
    action: Action,
    object: Object,
}

impl Facts {
    const ATTRIBUTES: [&str; 3] = ["actor", "action", "object"];
}

/// What happened.
#[derive(Deserialize)]
struct Happened {
    action: Action,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor: row.actor,
            action: row.action,
            object: row.object,
            success: row.success,
            changes: row.changes,
            times: row.times,
            counted: Vec::new(),
            origin: Origin {
                client: row.client,
                agent: row.agent,
                request_id: row.request_id,
            },
        }
    }
}

impl AuditFilter {
    /// What of it an index leaves over.
    fn beside(&self, index: Option<(&str, &str)>) -> Wanted<'_> {
        let asked = [
            self.actor.is_some(),
            self.object.is_some(),
            self.action.is_some(),
        ];
        let asked = asked.into_iter().filter(|is_asked| *is_asked).count();
        if asked == usize::from(index.is_some()) {
            return Wanted::all();
        }
        Wanted::by(&Facts::ATTRIBUTES, "list audit entries", |facts: Facts| {
            let object = self.object.as_deref();
            self.actor.is_none_or(|actor| facts.actor == Some(actor))
                && object.is_none_or(|object| facts.object.as_str() == object)
                && self
                    .action
                    .as_ref()
                    .is_none_or(|action| facts.action == *action)
        })
    }
}

impl AuditLog<'_> {
    /// Adds an entry of something that changes nothing.
    pub async fn add(&self, entry: &Entry) -> Result<(), StoreError> {
        Transaction::new("write to the audit log")
            .audited(entry)
            .commit(self.0)
            .await
            .map(drop)
    }

    /// The entries that are wanted, the newest first.
    ///
    /// Asks the index that fits best; what that leaves over is sorted out entry by entry.
    pub async fn list(
        &self,
        filter: &AuditFilter,
        today: Date,
        page: &PageRequest,
    ) -> Result<Page<Entry>, PageError> {
        let day = filter.day.unwrap_or(today).to_string();
        let object = filter.object.as_deref();
        let object_named = object.and_then(keys::object);
        let (index, partitions) = match (filter.actor, object_named) {
            (Some(actor), _) => (Some(keys::BY_ACTOR), vec![keys::actor(actor)]),
            (None, Some(object)) => (Some(keys::BY_OBJECT), vec![object]),
            (None, None) => (None, keys::days(&day)),
        };
        let listing = Listing {
            store: self.0,
            table: self.0.table(AUDIT),
            index: index.map(|(name, _)| name),
            attributes: (index.map_or("pk", |(_, attribute)| attribute), "sk"),
            partitions,
            range: filter.day.map_or((None, None), keys::range_of),
            attempt: "list audit entries",
        };
        let page = listing.page_of(page, &filter.beside(index)).await?;
        Ok(page.map(|row: Row| Entry::from(row)))
    }

    /// What of these kinds happened on a day (UTC), the newest first. A part that has fewer entries than asked for may still have a
    /// `next`.
    ///
    /// Entries are read whole: DynamoDB charges for what it looks at, whatever it gives.
    pub async fn list_of_day(
        &self,
        day: Date,
        actions: &[Action],
        page: &PageRequest,
    ) -> Result<Page<Entry>, PageError> {
        let attempt = "list what happened on a day";
        let listing = Listing {
            store: self.0,
            table: self.0.table(AUDIT),
            index: None,
            attributes: ("pk", "sk"),
            partitions: keys::days(&day.to_string()),
            range: (None, None),
            attempt,
        };
        let wanted = Wanted::by(&["action"], attempt, |happened: Happened| {
            actions.contains(&happened.action)
        });
        let page = listing.page_of(page, &wanted).await?;
        Ok(page.map(|row: Row| Entry::from(row)))
    }

    /// The write that counts in an entry that it happened again.
    pub(crate) fn again(&self, entry: Key, at: Timestamp) -> TransactWriteItem {
        Update::of(self.0.table(AUDIT), entry)
            .count_from(1, "times")
            .set("last_at", at.to_string())
            .when(exists("pk"))
            .in_transaction()
    }

    /// The write that adds an entry.
    pub(crate) fn write(&self, entry: &Entry) -> TransactWriteItem {
        let record = Record {
            id: entry.id.to_string(),
            at: entry.at.to_string(),
            actor: entry.actor.map(|actor| actor.to_string()),
            action: &entry.action,
            object: entry.object.as_str(),
            success: entry.success,
            client: &entry.origin.client,
            agent: &entry.origin.agent,
            request_id: &entry.origin.request_id,
            changes: &entry.changes,
            actor_pk: entry.actor.map(keys::actor),
            object_pk: keys::object(entry.object.as_str()),
            ttl: (entry.at + self.0.audit_retention).as_second(),
        };
        add(
            self.0.table(AUDIT),
            keys::entry(entry.id, entry.at),
            &record,
        )
    }
}
