use identity::IDENTITY;
use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use store::condition::{Condition, absent, equals, exists};
use store::lookup;
use store::update::Update;
use store::value::millis;
use store::writes::add;
use store::{Committed, Store, StoreError, Transaction, Write};

use crate::account::{User, Users};
use crate::link::keys;
use crate::link::{GRACE, LinkKind, LinkToken, RESERVATION, Undo};
use crate::login::DeviceId;
use crate::{account, pre_registration};

/// Links that are mailed. Of most kinds an account's newest alone is good: the account points to it.
pub struct Links<'a>(pub &'a Store);

/// A link, as it is remembered.
#[derive(Debug, Clone)]
pub struct Link {
    /// What it is good for.
    pub kind: LinkKind,
    /// The account that the link is for. Pre-registrations have no account.
    pub user_id: Option<UserId>,
    /// The address it was sent to.
    pub email: EmailAddress,
    /// What it takes back, where it is one of that kind.
    pub undo: Option<Undo>,
    /// The moment at which that was done.
    pub done_at: Option<Timestamp>,
    /// The digest of the device it was done from, where that is known. Its session may be forgotten before the link ends.
    pub device: Option<String>,
    /// The id of that device, where it was given a token.
    pub device_id: Option<DeviceId>,
    /// The moment at which the link was made.
    pub created_at: Timestamp,
    /// The moment at which the link expires.
    pub expires_at: Timestamp,
}

/// What a link is worth that only the newest of an account's is good of.
#[derive(Debug)]
pub enum Worth {
    /// The link is the account's newest, and in time.
    Good(User),
    /// The link is the account's newest, and has expired.
    Expired(User),
    /// It was the account's, and is no longer its newest: used, or replaced.
    Replaced(User),
    /// Never made, or forgotten.
    Unknown,
}

/// What became of a new link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueOutcome {
    /// It is the good one now; the moment it ends.
    Issued(Timestamp),
    /// There is nothing to do with it: it was done meanwhile, or the account has gone.
    NotNeeded,
}

#[derive(Serialize, Deserialize)]
struct Record {
    kind: LinkKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    email: EmailAddress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undo: Option<Undo>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    done_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device_id: Option<DeviceId>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
    day_pk: String,
    day_sk: String,
    ttl: i64,
}

/// What an account knows of its links: which there are, by their keys.
#[derive(Serialize)]
struct Note {
    ttl: i64,
}

impl From<Record> for Link {
    fn from(record: Record) -> Self {
        Self {
            kind: record.kind,
            user_id: record.user_id,
            email: record.email,
            undo: record.undo,
            done_at: record.done_at,
            device: record.device,
            device_id: record.device_id,
            created_at: record.created_at,
            expires_at: record.expires_at,
        }
    }
}

impl Link {
    /// A link that is good from now on.
    pub fn new(
        kind: LinkKind,
        user_id: Option<UserId>,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Self {
        Self {
            kind,
            user_id,
            email: email.clone(),
            undo: None,
            done_at: None,
            device: None,
            device_id: None,
            created_at: now,
            expires_at: now + kind.lifetime(),
        }
    }

    /// A link that keeps an account which is to be deleted, good until then. `None` if it is not, or its time is over.
    pub fn cancellation(user: &User, now: Timestamp) -> Option<Self> {
        let due_at = user.deletion_due_at.filter(|due_at| now < *due_at)?;
        Some(Self {
            expires_at: due_at,
            ..Self::new(LinkKind::DeletionCancel, Some(user.id), &user.email, now)
        })
    }

    /// A link that takes back what was done at a moment, good from now on.
    pub fn not_me(
        user_id: UserId,
        email: &EmailAddress,
        undo: Undo,
        done_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        Self {
            expires_at: (now + undo.lifetime()).min(done_at + RESERVATION),
            undo: Some(undo),
            done_at: Some(done_at),
            ..Self::new(LinkKind::NotMe, Some(user_id), email, now)
        }
    }
}

impl Links<'_> {
    /// The link with this token, whatever it is worth by now.
    pub async fn find(
        &self,
        kind: LinkKind,
        token: &LinkToken,
    ) -> Result<Option<Link>, StoreError> {
        let key = keys::link(kind, &token.digest());
        let record: Option<Record> =
            lookup(self.0, self.0.table(IDENTITY), key, "look a link up").await?;
        Ok(record.map(Link::from))
    }

    /// Makes a link of which every one is good until it ends.
    pub async fn add(&self, link: &Link, token: &LinkToken) -> Result<(), StoreError> {
        self.made(Transaction::new("make a link"), link, token)
            .commit(self.0)
            .await
            .map(drop)
    }

    /// Makes a link the one that keeps an account which is to be deleted. It is good until then. Not needed once the deletion has
    /// begun.
    pub async fn issue_cancellation(
        &self,
        user: &User,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<IssueOutcome, StoreError> {
        let Some(link) = Link::cancellation(user, now) else {
            return Ok(IssueOutcome::NotNeeded);
        };
        let due_as_read = equals("deletion_due_at", millis(link.expires_at));
        let not_begun = due_as_read.and(absent("deletion_task"));
        self.issue(user.id, &link, token, not_begun).await
    }

    /// Makes a link the good one of its account, if `condition` on the account holds.
    pub(crate) async fn issue(
        &self,
        user_id: UserId,
        link: &Link,
        token: &LinkToken,
        condition: Condition,
    ) -> Result<IssueOutcome, StoreError> {
        // The address the link goes to must still be the one it is about.
        let address = match link.kind {
            LinkKind::EmailChange => "pending_email",
            _ => "email",
        };
        let point = Update::of(self.0.table(IDENTITY), account::keys::user(user_id))
            .set(link.kind.as_str(), token.digest())
            .when(exists("pk").and(equals(address, link.email.as_str())))
            .when(condition);
        let transaction = Transaction::new("issue a link").with("user", point.in_transaction());
        let committed = self.made(transaction, link, token).commit(self.0).await?;
        Ok(match committed {
            Committed::Yes => IssueOutcome::Issued(link.expires_at),
            Committed::No(_) => IssueOutcome::NotNeeded,
        })
    }

    /// Looks a link up of a kind where an account's newest link alone is good, and tells what it is worth.
    pub async fn inspect(
        &self,
        kind: LinkKind,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<Worth, StoreError> {
        match self.find(kind, token).await? {
            Some(link) => self.judge(&link, token, now).await,
            None => Ok(Worth::Unknown),
        }
    }

    /// Tells what such a link is worth.
    pub(crate) async fn judge(
        &self,
        link: &Link,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<Worth, StoreError> {
        let Some(user_id) = link.user_id else {
            return Ok(Worth::Unknown);
        };
        let Some(record) = Users(self.0).record(user_id).await? else {
            return Ok(Worth::Unknown);
        };
        let is_newest = record.newest_link(link.kind) == Some(token.digest().as_str());
        Ok(if !is_newest {
            Worth::Replaced(record.into())
        } else if now >= link.expires_at {
            Worth::Expired(record.into())
        } else {
            Worth::Good(record.into())
        })
    }

    /// The writes that make a link: itself, and a note beside the account or the pre-registration that it is of, so that it goes
    /// with that.
    pub(crate) fn made(
        &self,
        transaction: Transaction,
        link: &Link,
        token: &LinkToken,
    ) -> Transaction {
        let transaction = transaction.with("link", self.write(link, token));
        let owner = match link.user_id {
            Some(user_id) => account::keys::user(user_id),
            None => pre_registration::keys::pre_registration(&link.email),
        };
        let key = keys::own_link(owner, link.kind, &token.digest());
        let note = Note {
            ttl: (link.expires_at + GRACE).as_second(),
        };
        transaction.with("note", add(self.0.table(IDENTITY), key, &note))
    }

    /// The write that remembers of a link that it was used, for administrators: the account only knows that none is good.
    pub(crate) fn remember_use(&self, kind: LinkKind, token: &LinkToken, at: Timestamp) -> Write {
        let key = keys::link(kind, &token.digest());
        Update::of(self.0.table(IDENTITY), key)
            .set("used_at", millis(at))
            // What is forgotten is not made again.
            .when(exists("pk"))
            .in_transaction()
    }

    fn write(&self, link: &Link, token: &LinkToken) -> Write {
        let digest = token.digest();
        let place = keys::place(link.kind, link.created_at, &digest);
        let record = Record {
            kind: link.kind,
            user_id: link.user_id,
            email: link.email.clone(),
            undo: link.undo.clone(),
            done_at: link.done_at,
            device: link.device.clone(),
            device_id: link.device_id.clone(),
            created_at: link.created_at,
            expires_at: link.expires_at,
            day_pk: place.0,
            day_sk: place.1,
            ttl: (link.expires_at + GRACE).as_second(),
        };
        add(
            self.0.table(IDENTITY),
            keys::link(link.kind, &digest),
            &record,
        )
    }
}
