use identity::IDENTITY;
use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use kernel::task::Task;
use serde::Deserialize;
use store::by_day::{BY_DAY, BY_DAY_KEY};
use store::condition::{absent, exists};
use store::lookup;
use store::update::Update;
use store::value::{millis, seconds};
use store::{
    Committed, Listing, Page, PageError, PageRequest, Store, StoreError, Tasks, Transaction, Wanted,
};

use crate::pre_registration::keys;

/// The time for which an address is kept that nobody confirms: longer than its link is good, so that a late click hears
/// why.
const UNCONFIRMED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The time for which a confirmed address is kept. Data of people who are no members is not kept for ever (GDPR, article
/// 5(1)(e)).
const CONFIRMED: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// Addresses left before the product opens.
pub struct PreRegistrations<'a>(pub &'a Store);

/// An address somebody left.
#[derive(Debug, Clone)]
pub struct PreRegistration {
    /// The request that left it first.
    pub id: TaskId,
    /// The address that was left.
    pub email: EmailAddress,
    /// The moment at which the address was left first.
    pub requested_at: Timestamp,
    /// The moment at which its owner confirmed it.
    pub confirmed_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Record {
    id: TaskId,
    email: EmailAddress,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    requested_at: Timestamp,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    confirmed_at: Option<Timestamp>,
    ttl: i64,
}

/// Whether what ends then is to be kept still: DynamoDB deletes it days later.
fn is_kept(ttl: i64, now: Timestamp) -> bool {
    ttl > now.as_second()
}

impl From<Record> for PreRegistration {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            email: record.email,
            requested_at: record.requested_at,
            confirmed_at: record.confirmed_at,
        }
    }
}

impl PreRegistrations<'_> {
    /// Records that somebody left an address, with the task that mails the link. Reads nothing and has no condition: neither
    /// the answer nor its time can tell whether the address was left before.
    pub async fn request(
        &self,
        email: &EmailAddress,
        task: &Task,
        audit: &Entry,
    ) -> Result<(), StoreError> {
        let now = task.created_at;
        let (partition, place) = keys::place(now, &task.id.to_string());
        // What is there stays, but for an unconfirmed one's end.
        let leave = Update::of(self.0.table(IDENTITY), keys::pre_registration(email))
            .set("email", email.as_str())
            .set_if_absent("id", task.id.to_string())
            .set_if_absent("requested_at", millis(now))
            .set_if_absent("day_pk", partition)
            .set_if_absent("day_sk", place)
            .copy_or_set("ttl", "kept_until", seconds(now + UNCONFIRMED));
        Transaction::new("record a pre-registration")
            .with("pre-registration", leave.in_transaction())
            .with("task", Tasks(self.0).write(task))
            .audited(audit)
            .commit(self.0)
            .await
            .map(drop)
    }

    /// The pre-registration of an address.
    pub async fn lookup(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<PreRegistration>, StoreError> {
        Ok(self.record(email).await?.map(PreRegistration::from))
    }

    /// The pre-registration of an address, if it is to be kept still.
    pub(crate) async fn find_kept(
        &self,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Option<PreRegistration>, StoreError> {
        let record = self.record(email).await?;
        let kept = record.filter(|record| is_kept(record.ttl, now));
        Ok(kept.map(PreRegistration::from))
    }

    async fn record(&self, email: &EmailAddress) -> Result<Option<Record>, StoreError> {
        let (table, key) = (self.0.table(IDENTITY), keys::pre_registration(email));
        lookup(self.0, table, key, "look a pre-registration up").await
    }

    /// Confirms a pre-registered address. Of many at once exactly one gets true; false as well if there is nothing to
    /// confirm any more.
    pub async fn confirm(&self, email: &EmailAddress, audit: &Entry) -> Result<bool, StoreError> {
        let until = audit.at + CONFIRMED;
        let confirm = Update::of(self.0.table(IDENTITY), keys::pre_registration(email))
            .set("confirmed_at", millis(audit.at))
            .set("kept_until", seconds(until))
            .set("ttl", seconds(until))
            .when(exists("pk").and(absent("confirmed_at")));
        let committed = Transaction::new("confirm a pre-registration")
            .with("pre-registration", confirm.in_transaction())
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Lists those there are, the newest first; of one kind alone, where `confirmed` says which.
    pub async fn list(
        &self,
        confirmed: Option<bool>,
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<PreRegistration>, PageError> {
        let listing = Listing {
            store: self.0,
            table: self.0.table(IDENTITY),
            index: Some(BY_DAY),
            attributes: BY_DAY_KEY,
            partitions: keys::partitions(),
            range: (None, None),
            attempt: "list pre-registrations",
        };
        let wanted = Wanted::by(&Facts::ATTRIBUTES, listing.attempt, move |facts: Facts| {
            let is_confirmed = facts.confirmed_at.is_some();
            is_kept(facts.ttl, now) && confirmed.is_none_or(|wanted| is_confirmed == wanted)
        });
        let page = listing.page_of(page, &wanted).await?;
        Ok(page.map(|record: Record| record.into()))
    }
}

/// What of an entry says whether it is listed.
#[derive(Deserialize)]
struct Facts {
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    confirmed_at: Option<Timestamp>,
    ttl: i64,
}

impl Facts {
    const ATTRIBUTES: [&str; 2] = ["confirmed_at", "ttl"];
}
