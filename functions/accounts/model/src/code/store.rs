use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use kernel::limit::TRIES_REMEMBERED;
use kernel::task::Task;
use serde::Deserialize;
use store::condition::{absent, at_most, equals, exists, greater, less};
use store::from_item;
use store::update::{Changed, Update};
use store::value::millis;
use store::{Store, StoreError, Tasks, Transaction, Write};

use crate::code::keys;
use crate::code::{GRACE, LIFETIME, MAX_TRIES};

/// The storage of one-time codes. An address has one item: asking again replaces it, and with it the old code, whether or
/// not there is an account. The worker puts the new code's hash in, if the address has an account that may log in.
pub struct Codes<'a>(pub &'a Store);

/// A try that may be evaluated.
#[derive(Debug)]
pub struct Try {
    /// The number of tries in a row, over all codes of the address, that were not known to be right when this one was taken; this
    /// one included.
    pub guesses: u32,
    /// The keyed hash of the right code.
    pub hash: String,
    /// The moment at which the code expires.
    pub expires_at: Timestamp,
}

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    hash: Option<String>,
    #[serde(default)]
    guesses: u32,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    guessed_at: Option<Timestamp>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
}

impl Record {
    /// Whether there is a code, and the newest guess at one was so long ago that all of them are forgotten. Only then it is
    /// worth another write; one without a code must take no longer than one with it, which has an account.
    fn has_forgotten_guesses(&self, forgotten: Timestamp) -> bool {
        self.hash.is_some() && self.guessed_at.is_some_and(|at| at <= forgotten)
    }
}

impl Codes<'_> {
    /// Records that a code was asked for; the one before is dead at once. How often codes of the address were guessed at stays:
    /// asking anew gives no more guesses.
    pub async fn request(
        &self,
        email: &EmailAddress,
        task: &Task,
        audit: &Entry,
    ) -> Result<(), StoreError> {
        let expires_at = task.created_at + LIFETIME;
        let (partition, place) = keys::place(task.created_at, task.id);
        let request = Update::of(self.0.table(IDENTITY), keys::code(email))
            // The one task that may put a code in.
            .set("task_id", task.id.to_string())
            .set("email", email.as_str())
            .set("client", &audit.origin.client)
            .set("tries", 0)
            .set("spent", false)
            .set("expires_at", millis(expires_at))
            .set("day_pk", partition)
            .set("day_sk", place)
            .set("ttl", (expires_at + GRACE).as_second())
            .remove(["hash"]);
        Transaction::new("request a one-time code")
            .with("code", request.in_transaction())
            .with("task", Tasks(self.0).write(task))
            .audited(audit)
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
    pub async fn take_try(
        &self,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Option<Try>, StoreError> {
        let attempt = "take a try of a one-time code";
        let is_usable = || equals("spent", false).and(less("tries", MAX_TRIES));
        let take = || {
            Update::of(self.0.table(IDENTITY), keys::code(email))
                .add("tries", 1)
                .set("guessed_at", millis(now))
                .when(exists("hash").and(is_usable()))
        };
        let forgotten = now - TRIES_REMEMBERED;
        let is_in_a_row = absent("guessed_at").or(greater("guessed_at", millis(forgotten)));
        let next = take().count_from(0, "guesses").when(is_in_a_row);
        let item = match next.apply(self.0, attempt).await? {
            Changed::Now(item) => Some(item),
            Changed::Not(None) => None,
            Changed::Not(Some(item)) => {
                let record: Record = from_item(item, attempt)?;
                if !record.has_forgotten_guesses(forgotten) {
                    return Ok(None);
                }
                let is_forgotten = at_most("guessed_at", millis(forgotten));
                let first = take().set("guesses", 1).when(is_forgotten);
                match first.apply(self.0, attempt).await? {
                    Changed::Now(item) => Some(item),
                    Changed::Not(_) => None,
                }
            }
        };
        let record: Option<Record> = item.map(|item| from_item(item, attempt)).transpose()?;
        Ok(record.and_then(|record| {
            Some(Try {
                guesses: record.guesses,
                hash: record.hash?,
                expires_at: record.expires_at,
            })
        }))
    }

    /// The write that spends a code, on the condition that it is the one with this hash and was not spent.
    pub(crate) fn spend(&self, email: &EmailAddress, hash: &str) -> Write {
        Update::of(self.0.table(IDENTITY), keys::code(email))
            .set("spent", true)
            .remove(["guesses", "guessed_at"])
            .when(equals("hash", hash).and(equals("spent", false)))
            .in_transaction()
    }
}
