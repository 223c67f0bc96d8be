//! The storage of mails that were sent.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use serde::Deserialize;
use store::batch::get_all;
use store::condition::{equals, less};
use store::update::{Changed, Update};
use store::value::millis;
use store::{Item, Listing, Page, PageError, PageRequest, Store, StoreError, from_item};

use super::event::Event;
use super::keys::{self, LISTED, LISTED_KEY, MAIL};
use super::rules::{AddressDigest, KEPT, MailStatus};

/// The storage of mails that were sent.
pub struct Mails<'a>(pub &'a Store);

/// A mail that was sent, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SentMail {
    /// The id that SES gave it.
    pub id: String,
    /// The kind of mail.
    pub kind: String,
    /// The task that sent it.
    #[serde(default)]
    pub task_id: Option<TaskId>,
    /// What became of it.
    pub status: MailStatus,
    /// The words of SES for that, where it has some.
    #[serde(default)]
    pub detail: Option<String>,
    /// The moment at which SES took it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub sent_at: Timestamp,
    /// The moment of a delay.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub delayed_at: Option<Timestamp>,
    /// The moment of the delivery.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub delivered_at: Option<Timestamp>,
    /// The moment at which SES refused to send it.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub rejected_at: Option<Timestamp>,
    /// The moment of the bounce.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub bounced_at: Option<Timestamp>,
    /// The moment of the complaint.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub complained_at: Option<Timestamp>,
}

/// A mail that SES has just taken.
#[derive(Debug, Clone, Copy)]
pub struct Accepted<'a> {
    /// The id that SES gave it.
    pub id: &'a str,
    /// The kind of mail.
    pub kind: &'a str,
    /// The task that sent it, if one did.
    pub task_id: Option<TaskId>,
    /// The address that it goes to.
    pub address: &'a EmailAddress,
    /// The moment at which SES took it.
    pub at: Timestamp,
}

/// What became of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// The mail has the status that they say.
    Moved,
    /// The mail had that status already, or one that outdoes it.
    KnewBetter,
    /// The mail is not there.
    UnknownMail,
    /// The mail went to another address.
    OtherAddress,
}

impl Mails<'_> {
    /// Records that SES has taken a mail. What is known of it stays: news may have been faster.
    pub async fn record_sent(&self, mail: &Accepted<'_>) -> Result<(), StoreError> {
        let Accepted { id, at, .. } = *mail;
        let (list, place) = LISTED_KEY;
        let mut sent = Update::of(self.0.table(MAIL), keys::mail(id))
            .set_if_absent("id", id)
            .set_if_absent("kind", mail.kind)
            .set_if_absent("status", MailStatus::Sent.as_str())
            .set_if_absent("rank", MailStatus::Sent.rank())
            .set_if_absent("sent_at", millis(at))
            .set_if_absent(list, keys::to(&AddressDigest::of(mail.address)))
            .set_if_absent(place, keys::place(at, id))
            .set_if_absent("ttl", (at + KEPT).as_second());
        if let Some(task_id) = mail.task_id {
            sent = sent.set_if_absent("task_id", task_id.to_string());
        }
        let attempt = "record that a mail was sent";
        sent.apply(self.0, attempt).await.map(drop)
    }

    /// Moves the status of a mail forward. Of what comes late, the moment alone is kept.
    pub async fn record(&self, event: &Event) -> Result<Recorded, StoreError> {
        let attempt = "record what became of a mail";
        let to = keys::to(&AddressDigest::of(&event.address));
        let (list, _) = LISTED_KEY;
        let news = || Update::of(self.0.table(MAIL), keys::mail(&event.message_id));
        let moment = event.status.moment();
        let mut forward = news()
            .set("status", event.status.as_str())
            .set("rank", event.status.rank())
            .set_if_absent(moment, millis(event.at));
        if let Some(detail) = &event.detail {
            forward = forward.set("detail", detail);
        }
        let is_news = equals(list, &to).and(less("rank", event.status.rank()));
        match forward.when(is_news).apply(self.0, attempt).await? {
            Changed::Now(_) => return Ok(Recorded::Moved),
            Changed::Not(None) => return Ok(Recorded::UnknownMail),
            Changed::Not(Some(item)) if listed_in(&item)? != to => {
                return Ok(Recorded::OtherAddress);
            }
            Changed::Not(Some(_)) => {}
        }
        let late = news().set_if_absent(moment, millis(event.at));
        late.when(equals(list, &to)).apply(self.0, attempt).await?;
        Ok(Recorded::KnewBetter)
    }

    /// What became of mails, by their ids, as far as it is known.
    pub async fn statuses(
        &self,
        ids: impl IntoIterator<Item = &str>,
    ) -> Result<BTreeMap<String, MailStatus>, StoreError> {
        #[derive(Deserialize)]
        struct Facts {
            id: String,
            status: MailStatus,
        }

        let attempt = "read what became of mails";
        let ids: BTreeSet<&str> = ids.into_iter().collect();
        let keys = ids.into_iter().map(keys::mail).collect();
        let items = get_all(self.0, self.0.table(MAIL), keys, attempt).await?;
        let facts = items.into_iter().map(|item| from_item(item, attempt));
        let facts = facts.map(|facts| facts.map(|Facts { id, status }| (id, status)));
        facts.collect()
    }

    /// A part of the mails to an address, the newest first.
    pub async fn list_to(
        &self,
        address: &AddressDigest,
        request: &PageRequest,
    ) -> Result<Page<SentMail>, PageError> {
        let list = Listing {
            store: self.0,
            table: self.0.table(MAIL),
            index: Some(LISTED),
            attributes: LISTED_KEY,
            partitions: vec![keys::to(address)],
            range: (None, None),
            attempt: "list the mails to an address",
        };
        list.page(request).await
    }
}

/// The list that a mail is in.
fn listed_in(item: &Item) -> Result<String, StoreError> {
    #[derive(Deserialize)]
    struct Listed {
        list_pk: String,
    }

    let listed: Listed = from_item(item.clone(), "read where a mail went")?;
    Ok(listed.list_pk)
}
