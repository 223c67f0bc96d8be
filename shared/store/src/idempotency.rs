//! Calls that are to have their effect once, however often they come: the records of their `Idempotency-Key`.
//!
//! A record is begun before the effect and finished in the effect's own transaction, so that one is never there without the
//! other. It stands in the table of limits, since it is one: of calls with one key, one has an effect.

use jiff::{SignedDuration, Timestamp};
use kernel::digest::hex;
use kernel::id::UserId;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::condition::{absent, at_most, equals};
use crate::error::StoreError;
use crate::item::from_item;
use crate::table::LIMITS;
use crate::update::{Changed, Update};
use crate::value::millis;
use crate::{Key, Store, Write};

/// The time for which an answer is given again.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The time for which a call is taken to be under way: a little more than any function of the API may take. A call that died
/// can be made again after it.
const LEASE: SignedDuration = SignedDuration::from_secs(35);

/// The storage of the records.
pub struct Idempotency<'a>(pub &'a Store);

/// A call that is to have its effect once.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The account that calls: another's keys are other keys.
    pub caller: UserId,
    /// The name of the function that is called.
    pub operation: &'static str,
    /// The key that the caller gave, hashed before it is stored.
    pub key: String,
    /// A digest of all that the call asks for. The same key for something else is a mistake.
    pub fingerprint: String,
    /// The id of the request, which tells calls with one key apart.
    pub request_id: String,
}

/// What a call with a key finds.
#[derive(Debug)]
pub enum Begun {
    /// It is the first, and goes on.
    First,
    /// The effect has been had, with this answer.
    Repeated(Given),
    /// Another call with the key is under way.
    UnderWay,
    /// The key was used for something else.
    OtherRequest,
}

/// An answer that was given.
#[derive(Debug, Deserialize)]
pub struct Given {
    /// The HTTP status of the answer.
    pub status: u16,
    /// The body of the answer, as it was sent.
    pub body: String,
}

#[derive(Deserialize)]
struct Record {
    fingerprint: String,
    #[serde(flatten)]
    given: Option<Given>,
}

impl Intent {
    fn key(&self) -> Key {
        let digest = Sha256::digest(self.key.as_bytes());
        let (caller, operation) = (self.caller, self.operation);
        let key = hex(&digest[..16]);
        Key::new(
            format!("IDEMPOTENCY#{caller}#{operation}#{key}"),
            "IDEMPOTENCY",
        )
    }
}

impl Idempotency<'_> {
    /// Says that a call is under way, if no other with its key was before it.
    pub async fn begin(&self, intent: &Intent, now: Timestamp) -> Result<Begun, StoreError> {
        let attempt = "begin a call with an idempotency key";
        // A call that has ended with an answer has no lease.
        let is_over = at_most("lease_until", millis(now));
        // DynamoDB deletes late; what is older than it should be is not there.
        let is_new = absent("pk").or(at_most("expires_at", millis(now)));
        let begin = Update::of(self.0.table(LIMITS), intent.key())
            .set("fingerprint", &intent.fingerprint)
            .set("request_id", &intent.request_id)
            .set("lease_until", millis(now + LEASE))
            .set("expires_at", millis(now + KEPT))
            .set("ttl", (now + KEPT).as_second())
            .remove(["status", "body"])
            .when(is_new.or(is_over));
        let item = match begin.apply(self.0, attempt).await? {
            Changed::Now(_) => return Ok(Begun::First),
            Changed::Not(item) => item.unwrap_or_default(),
        };
        let record: Record = from_item(item, attempt)?;
        Ok(match record.given {
            _ if record.fingerprint != intent.fingerprint => Begun::OtherRequest,
            Some(given) => Begun::Repeated(given),
            None => Begun::UnderWay,
        })
    }

    /// The write that keeps the answer of a call, for the transaction of its effect. It fails where another call has taken over,
    /// because this one took too long.
    pub fn finish(&self, intent: &Intent, given: &Given) -> Write {
        Update::of(self.0.table(LIMITS), intent.key())
            .set("status", u32::from(given.status))
            .set("body", &given.body)
            .remove(["lease_until"])
            .when(equals("request_id", &intent.request_id))
            .in_transaction()
    }

    /// Lets a call with the key be made again at once, because this one had no effect, as far as it knows: where only the news
    /// of the effect were lost, its answer stays.
    pub async fn abandon(&self, intent: &Intent) -> Result<(), StoreError> {
        let abandon = Update::of(self.0.table(LIMITS), intent.key())
            .set("lease_until", 0)
            .when(equals("request_id", &intent.request_id).and(absent("status")));
        let attempt = "abandon a call with an idempotency key";
        abandon.apply(self.0, attempt).await.map(drop)
    }
}
