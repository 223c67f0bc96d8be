use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use kernel::task::Task;
use serde::{Deserialize, Serialize};
use store::condition::{equals, exists, greater, less};
use store::from_item;
use store::update::{Changed, Update};
use store::value::millis;
use store::writes::replace;
use store::{AuditLog, Store, StoreError, Tasks, Transaction, Write};

use crate::code::keys;
use crate::code::{GRACE, LIFETIME, MAX_TRIES};

/// The storage of one-time codes. An address has one item: asking again replaces it, and with it the old code, whether or
/// not there is an account. The worker puts the new code's hash in, if the address has an account that may log in.
pub struct Codes<'a>(pub &'a Store);

/// A try that may be evaluated.
#[derive(Debug)]
pub struct Try {
    /// The keyed hash of the right code.
    pub hash: String,
    /// The moment at which the code expires.
    pub expires_at: Timestamp,
}

/// A request, as it is written.
#[derive(Serialize)]
struct Request<'a> {
    /// The one task that may put a code in.
    task_id: TaskId,
    email: &'a EmailAddress,
    /// The client that asked for the code.
    client: &'a str,
    tries: u32,
    spent: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
    day_pk: String,
    day_sk: String,
    ttl: i64,
}

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    hash: Option<String>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
}

impl Codes<'_> {
    /// Records that a code was asked for; the one before is dead at once.
    pub async fn request(
        &self,
        email: &EmailAddress,
        task: &Task,
        audit: &Entry,
    ) -> Result<(), StoreError> {
        let expires_at = task.created_at + LIFETIME;
        let (partition, place) = keys::place(task.created_at, task.id);
        let record = Request {
            task_id: task.id,
            email,
            client: &audit.origin.client,
            tries: 0,
            spent: false,
            expires_at,
            day_pk: partition,
            day_sk: place,
            ttl: (expires_at + GRACE).as_second(),
        };
        Transaction::new("request a one-time code")
            .with(
                "code",
                replace(self.0.table(IDENTITY), keys::code(email), &record),
            )
            .with("task", Tasks(self.0).write(task))
            .with("audit", AuditLog(self.0).write(audit))
            .commit(self.0)
            .await
            .map(drop)
    }

    /// Puts the code of a request in. Gives the moment it ends, or `None` if the request is no longer the newest,
    /// its time is up, or its code was used.
    pub async fn issue(
        &self,
        email: &EmailAddress,
        task_id: TaskId,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let attempt = "issue a one-time code";
        let is_newest = equals("task_id", task_id.to_string());
        let is_usable = equals("spent", false).and(less("tries", MAX_TRIES));
        let issue = Update::of(self.0.table(IDENTITY), keys::code(email))
            .set("hash", hash)
            .when(is_newest.and(is_usable))
            .when(greater("expires_at", millis(now)));
        match issue.apply(self.0, attempt).await? {
            Changed::Now(item) => Ok(Some(from_item::<Record>(item, attempt)?.expires_at)),
            Changed::Not(_) => Ok(None),
        }
    }

    /// Takes one of the code's tries, before anything is compared: however many calls come at once, no more than
    /// [`MAX_TRIES`] are evaluated. `None` if there is no code, it is spent, or its tries are.
    pub async fn take_try(&self, email: &EmailAddress) -> Result<Option<Try>, StoreError> {
        let attempt = "take a try of a one-time code";
        let is_usable = equals("spent", false).and(less("tries", MAX_TRIES));
        let take = Update::of(self.0.table(IDENTITY), keys::code(email))
            .add("tries", 1)
            .when(exists("hash").and(is_usable));
        let Changed::Now(item) = take.apply(self.0, attempt).await? else {
            return Ok(None);
        };
        let record: Record = from_item(item, attempt)?;
        Ok(record.hash.map(|hash| Try {
            hash,
            expires_at: record.expires_at,
        }))
    }

    /// The write that spends a code, on the condition that it is the one with this hash and was not spent.
    pub(crate) fn spend(&self, email: &EmailAddress, hash: &str) -> Write {
        Update::of(self.0.table(IDENTITY), keys::code(email))
            .set("spent", true)
            .when(equals("hash", hash).and(equals("spent", false)))
            .in_transaction()
    }
}
