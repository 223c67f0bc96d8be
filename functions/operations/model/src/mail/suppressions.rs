//! The storage of addresses that get no mail.

use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use serde::Deserialize;
use store::condition::{absent, exists, less};
use store::update::Update;
use store::value::millis;
use store::{
    Committed, Listing, Page, PageError, PageRequest, Store, StoreError, Transaction, Wanted,
    lookup,
};

use super::event::Event;
use super::keys::{self, LISTED, LISTED_KEY, MAIL};
use super::rules::{AddressDigest, KEPT, Reason};

/// The storage of addresses that get no mail.
pub struct Suppressions<'a>(pub &'a Store);

/// An address that gets no mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Suppressed {
    /// The digest of the address, by which it is released.
    pub id: String,
    /// The address. `None` once its account has ended.
    #[serde(default)]
    pub address: Option<EmailAddress>,
    /// The reason why it gets none.
    pub reason: Reason,
    /// The words of SES for that, where it has some.
    #[serde(default)]
    pub detail: Option<String>,
    /// The mail of which the news came.
    pub message_id: String,
    /// The task that sent that mail.
    #[serde(default)]
    pub task_id: Option<TaskId>,
    /// The moment since which it gets none.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub since: Timestamp,
}

/// Whether an address gets no mail: one that was released stays for a while, so that late news do not suppress it again.
#[derive(Deserialize)]
struct Standing {
    #[serde(default)]
    released_at: Option<i64>,
}

/// What of an address says whether it is wanted in a list.
#[derive(Deserialize)]
struct Facts {
    reason: Reason,
}

impl Suppressions<'_> {
    /// Whether an address gets no mail.
    pub async fn has(&self, address: &EmailAddress) -> Result<bool, StoreError> {
        let key = keys::suppression(&AddressDigest::of(address));
        let attempt = "ask whether an address gets mail";
        let found: Option<Standing> = lookup(self.0, self.0.table(MAIL), key, attempt).await?;
        Ok(found.is_some_and(|standing| standing.released_at.is_none()))
    }

    /// Looks an address up that gets no mail.
    pub async fn lookup(&self, address: &AddressDigest) -> Result<Option<Suppressed>, StoreError> {
        let key = keys::suppression(address);
        let attempt = "look an address up that gets no mail";
        let item = store::get(self.0, self.0.table(MAIL), key, attempt).await?;
        let item = item.filter(|item| !item.contains_key("released_at"));
        item.map(|item| store::from_item(item, attempt)).transpose()
    }

    /// Suppresses an address for what happened to a mail. One that is suppressed already stays as it is, and so does one that
    /// was released since.
    pub async fn add(&self, event: &Event, reason: Reason) -> Result<(), StoreError> {
        let digest = AddressDigest::of(&event.address);
        let (list, place) = LISTED_KEY;
        let mut add = Update::of(self.0.table(MAIL), keys::suppression(&digest))
            .set("id", digest.as_str())
            .set("address", event.address.as_str())
            .set("reason", reason.as_str())
            .set("message_id", &event.message_id)
            .set("since", millis(event.at))
            .set(list, keys::suppressed(&digest))
            .set(place, keys::place(event.at, digest.as_str()))
            .remove(["released_at", "ttl"]);
        add = match &event.detail {
            Some(detail) => add.set("detail", detail),
            None => add.remove(["detail"]),
        };
        add = match event.task_id {
            Some(id) => add.set("task_id", id.to_string()),
            None => add.remove(["task_id"]),
        };
        let is_news = absent("pk").or(less("released_at", millis(event.at)));
        let attempt = "suppress an address";
        add.when(is_news).apply(self.0, attempt).await.map(drop)
    }

    /// Lets an address get mail again, and forgets it. False if it does anyway.
    pub async fn release(
        &self,
        address: &AddressDigest,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let release = Update::of(self.0.table(MAIL), keys::suppression(address))
            .set("released_at", millis(now))
            .set("ttl", (now + KEPT).as_second())
            .remove(["address", "detail", "task_id", "list_pk", "list_sk"])
            .when(exists("pk").and(absent("released_at")));
        let committed = Transaction::new("release an address")
            .with("address", release.in_transaction())
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Forgets what an address is called, since its account has ended. It gets no mail still.
    pub async fn forget(&self, address: &EmailAddress) -> Result<(), StoreError> {
        let key = keys::suppression(&AddressDigest::of(address));
        let forget = Update::of(self.0.table(MAIL), key)
            .remove(["address"])
            .when(exists("pk"));
        let attempt = "forget what an address is called";
        forget.apply(self.0, attempt).await.map(drop)
    }

    /// A part of the addresses that get no mail, the newest first.
    pub async fn list(
        &self,
        reason: Option<Reason>,
        request: &PageRequest,
    ) -> Result<Page<Suppressed>, PageError> {
        let attempt = "list the addresses that get no mail";
        let list = Listing {
            store: self.0,
            table: self.0.table(MAIL),
            index: Some(LISTED),
            attributes: LISTED_KEY,
            partitions: keys::all_suppressed(),
            range: (None, None),
            attempt,
        };
        let wanted = match reason {
            None => Wanted::all(),
            Some(reason) => Wanted::by(&["reason"], attempt, move |facts: Facts| {
                facts.reason == reason
            }),
        };
        list.page_of(request, &wanted).await
    }
}
