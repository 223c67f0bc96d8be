use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::audit::Entry;
use domain::code::{GRACE, LIFETIME, MAX_TRIES};
use domain::email::EmailAddress;
use domain::id::TaskId;
use domain::task::Task;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::condition::{equals, exists, greater, less};
use crate::error::StoreError;
use crate::expression::from_item;
use crate::keys;
use crate::transaction::Transaction;
use crate::update::{Changed, Update};
use crate::value::millis;
use crate::writes::replace;

/// The list of requests, in the index by day.
pub(crate) const LIST: &str = "CODES";

/// One-time codes. An address has one item: asking again replaces it, and with it the old code, whether or not there is
/// an account. The worker puts the new code's hash in, if the address has an account that may log in.
pub struct Codes<'a>(pub(crate) &'a Store);

/// A try that may be evaluated.
#[derive(Debug)]
pub struct Try {
    /// The keyed hash of the right code.
    pub hash: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A request, as it is written.
#[derive(Serialize)]
struct Request<'a> {
    /// The one task that may put a code in.
    task_id: TaskId,
    email: &'a EmailAddress,
    /// Who asked.
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
        let (partition, place) = keys::by_day(LIST, task.created_at, &task.id.to_string());
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
                replace(&self.0.tables.identity, keys::code(email), &record),
            )
            .with("task", self.0.tasks().write(task))
            .with("audit", self.0.audit_log().write(audit))
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
        let issue = Update::of(&self.0.tables.identity, keys::code(email))
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
        let take = Update::of(&self.0.tables.identity, keys::code(email))
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
    pub(crate) fn spend(&self, email: &EmailAddress, hash: &str) -> TransactWriteItem {
        Update::of(&self.0.tables.identity, keys::code(email))
            .set("spent", true)
            .when(equals("hash", hash).and(equals("spent", false)))
            .in_transaction()
    }
}
