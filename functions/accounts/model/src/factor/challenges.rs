use identity::IDENTITY;
use jiff::Timestamp;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use store::condition::{Condition, equals, exists, less};
use store::lookup;
use store::update::{Changed, Update};
use store::{Store, StoreError, Write};

use crate::factor::keys;
use crate::factor::{Challenge, MAX_TRIES};

/// Log-ins that wait for their second factor.
pub struct Challenges<'a>(pub &'a Store);

#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    digest: String,
    user_id: UserId,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
    tries: u32,
    spent: bool,
    ttl: i64,
}

impl From<Record> for Challenge {
    fn from(record: Record) -> Self {
        Self {
            digest: record.digest,
            user_id: record.user_id,
            created_at: record.created_at,
            expires_at: record.expires_at,
        }
    }
}

impl Record {
    /// The record of a challenge that begins.
    pub(crate) fn new(challenge: &Challenge) -> Self {
        Self {
            digest: challenge.digest.clone(),
            user_id: challenge.user_id,
            created_at: challenge.created_at,
            expires_at: challenge.expires_at,
            tries: 0,
            spent: false,
            ttl: (challenge.expires_at + crate::factor::GRACE).as_second(),
        }
    }
}

impl Challenges<'_> {
    /// The challenge with this digest, as long as it can still be answered but for the time. `None` if there is none, it is
    /// spent, or its tries are.
    pub async fn find_open(&self, digest: &str) -> Result<Option<Challenge>, StoreError> {
        let key = keys::challenge(digest);
        let record: Option<Record> =
            lookup(self.0, self.0.table(IDENTITY), key, "look a challenge up").await?;
        Ok(record
            .filter(|record| !record.spent && record.tries < MAX_TRIES)
            .map(Challenge::from))
    }

    /// Takes one of a challenge's tries, before anything is compared. False if there is no such challenge, it is spent, or
    /// its tries are.
    pub async fn take_try(&self, digest: &str) -> Result<bool, StoreError> {
        let attempt = "take a try of a challenge";
        let take = Update::of(self.0.table(IDENTITY), keys::challenge(digest))
            .add("tries", 1)
            .when(is_unspent().and(less("tries", MAX_TRIES)));
        let taken = take.apply(self.0, attempt).await?;
        Ok(matches!(taken, Changed::Now(_)))
    }

    /// The write that spends a challenge.
    pub(crate) fn spend(&self, digest: &str) -> Write {
        Update::of(self.0.table(IDENTITY), keys::challenge(digest))
            .set("spent", true)
            .when(is_unspent())
            .in_transaction()
    }
}

/// The condition that a challenge is there and was not answered.
fn is_unspent() -> Condition {
    exists("pk").and(equals("spent", false))
}
