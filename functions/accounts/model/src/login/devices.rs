//! Devices at the doors of an account, and how the account knows them: by a token, wherever they are, or by what they are
//! and where.

use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Origin;
use kernel::id::UserId;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use store::condition::equals;
use store::update::Update;
use store::value::{millis, nested, seconds};
use store::writes::{add, replace, replace_existing};
use store::{Key, Write};

use crate::login::keys;
use crate::login::{DeviceId, DeviceToken, Logins};
use crate::session::device::{self, Device};

/// Tokens of a device that are good at once: the newest that it has shown, and those that it was given since. Its tabs may log
/// in at the same time, and answers get lost.
const MAX_TOKENS: usize = 8;

/// What a request says of the device that it comes from.
#[derive(Debug, Clone)]
pub struct DeviceClaim {
    place: Device,
    token: Option<DeviceToken>,
}

/// A device at the door of an account, and what the account knows of it.
#[derive(Debug)]
pub struct SeenDevice {
    claim: DeviceClaim,
    known_by: KnownBy,
}

#[derive(Debug)]
enum KnownBy {
    /// The token that it shows, of this digest.
    Token(String, TokenRecord),
    /// What it is and where, as before there were tokens.
    Place,
    Nothing,
}

/// A kind of client in a network that an account knows.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlaceRecord {
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    seen_at: Timestamp,
    ttl: i64,
}

/// A device that an account knows by its token.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TokenRecord {
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    seen_at: Timestamp,
    /// The digests of the tokens: first the newest that was shown.
    tokens: Vec<String>,
    /// How often it was given another token.
    renewals: u32,
    ttl: i64,
}

impl DeviceClaim {
    /// What a request says of its device: by where it comes from, and by the token in its body. A text that is no token counts
    /// as none, since it must keep nobody out.
    pub fn of(origin: &Origin, token: Option<&str>) -> Self {
        Self {
            place: Device::of(origin),
            token: token.and_then(DeviceToken::parse),
        }
    }

    /// Where the account would know it by its place.
    pub(crate) fn place_key(&self, user_id: UserId) -> Key {
        keys::device(user_id, self.place.digest())
    }

    /// Where the account would know it by its token, if it shows one.
    pub(crate) fn token_key(&self, user_id: UserId) -> Option<Key> {
        let token = self.token.as_ref()?;
        Some(keys::device(user_id, token.device().as_str()))
    }

    /// The device as an account knows it that has these records of it, and takes no token of `tokens_from` or before.
    pub(crate) fn seen(
        self,
        place: Option<&PlaceRecord>,
        token: Option<TokenRecord>,
        tokens_from: Option<Timestamp>,
        now: Timestamp,
    ) -> SeenDevice {
        let digest = self.token.as_ref().map(DeviceToken::digest);
        let by_token = digest
            .zip(token)
            .filter(|(digest, record)| record.is_good(digest, tokens_from, now));
        let known_by = match by_token {
            Some((digest, record)) => KnownBy::Token(digest, record),
            None if place.is_some_and(|place| is_remembered(place.seen_at, now)) => KnownBy::Place,
            None => KnownBy::Nothing,
        };
        SeenDevice {
            claim: self,
            known_by,
        }
    }
}

impl SeenDevice {
    /// Whether the account has logged in from it, or its owner has reset the password there, not too long ago.
    pub fn is_known(&self) -> bool {
        !matches!(self.known_by, KnownBy::Nothing)
    }

    /// What a device is told apart by whose wrong proofs are counted on their own: one that the account knows.
    pub fn known(&self) -> Option<String> {
        match (&self.known_by, &self.claim.token) {
            (KnownBy::Token(..), Some(token)) => Some(token.device().as_str().to_owned()),
            (KnownBy::Place, _) => Some(self.claim.place.digest().to_owned()),
            _ => None,
        }
    }

    /// What its request says of it, to look at it again.
    pub fn claim(&self) -> &DeviceClaim {
        &self.claim
    }

    /// A token that a log-in gives it: one more of the same device, where its token is known.
    pub fn next_token(&self, rng: &mut impl CryptoRng) -> DeviceToken {
        let shown = self.claim.token.as_ref();
        let device = match (&self.known_by, shown) {
            (KnownBy::Token(..), Some(token)) => token.device(),
            _ => DeviceId::generate(rng),
        };
        DeviceToken::generate(&device, rng)
    }
}

impl TokenRecord {
    fn new(token: &DeviceToken, now: Timestamp) -> Self {
        Self {
            seen_at: now,
            tokens: vec![token.digest()],
            renewals: 0,
            ttl: (now + device::MEMORY).as_second(),
        }
    }

    fn is_good(&self, digest: &str, tokens_from: Option<Timestamp>, now: Timestamp) -> bool {
        let is_taken = tokens_from.is_none_or(|from| from < self.seen_at);
        is_taken && is_remembered(self.seen_at, now) && self.tokens.iter().any(|it| it == digest)
    }

    /// The digests that are good once the device has shown one of them and is given another. One that was shown has arrived:
    /// that before it is over, with all that were given in its place.
    fn renewed(&self, shown: &str, given: String) -> Vec<String> {
        let since = match self.tokens.split_first() {
            Some((first, since)) if first == shown => since,
            _ => &[],
        };
        // The oldest of those that nobody has shown are given up first.
        let since = &since[since.len().saturating_sub(MAX_TOKENS - 2)..];
        let mut tokens = vec![shown.to_owned()];
        tokens.extend_from_slice(since);
        tokens.push(given);
        tokens
    }
}

impl Logins<'_> {
    /// The writes by which a device is known from now on that is given a token: on the condition that the account still knows
    /// it as it did.
    pub(crate) fn remembering(
        &self,
        user_id: UserId,
        seen: &SeenDevice,
        given: &DeviceToken,
        now: Timestamp,
    ) -> Vec<Write> {
        let table = self.0.table(IDENTITY);
        let key = keys::device(user_id, given.device().as_str());
        let (place, record) = known_place(user_id, &seen.claim.place, now);
        let place = match &seen.known_by {
            KnownBy::Token(shown, known) => {
                let renew = Update::of(table, key)
                    .set("seen_at", millis(now))
                    .set("tokens", nested(&known.renewed(shown, given.digest())))
                    .set("renewals", known.renewals.saturating_add(1))
                    .set("ttl", seconds(now + device::MEMORY))
                    .when(equals("renewals", known.renewals));
                return vec![renew.in_transaction()];
            }
            KnownBy::Place => replace_existing(table, place, &record),
            KnownBy::Nothing => replace(table, place, &record),
        };
        vec![place, add(table, key, &TokenRecord::new(given, now))]
    }

    /// The write that makes a device one that the account knows by its place.
    pub(crate) fn remember(&self, user_id: UserId, device: &Device, now: Timestamp) -> Write {
        let (key, record) = known_place(user_id, device, now);
        replace(self.0.table(IDENTITY), key, &record)
    }
}

fn is_remembered(seen_at: Timestamp, now: Timestamp) -> bool {
    now < seen_at + device::MEMORY
}

/// What the account knows of a device that was seen just now, and where.
fn known_place(user_id: UserId, device: &Device, now: Timestamp) -> (Key, PlaceRecord) {
    let record = PlaceRecord {
        seen_at: now,
        ttl: (now + device::MEMORY).as_second(),
    };
    (keys::device(user_id, device.digest()), record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(tokens: &[&str]) -> TokenRecord {
        TokenRecord {
            seen_at: Timestamp::UNIX_EPOCH,
            tokens: tokens.iter().map(|token| (*token).to_owned()).collect(),
            renewals: 0,
            ttl: 0,
        }
    }

    #[test]
    fn a_token_is_good_until_one_that_was_given_for_it_is_shown() {
        // Two tabs log in at once.
        let first = record(&["a"]).renewed("a", "b".to_owned());
        assert_eq!(first, ["a", "b"]);
        let second = record(&["a", "b"]).renewed("a", "c".to_owned());
        assert_eq!(second, ["a", "b", "c"]);

        let arrived = record(&["a", "b", "c"]).renewed("b", "d".to_owned());
        assert_eq!(arrived, ["b", "d"]);
    }

    #[test]
    fn tokens_that_never_arrive_do_not_pile_up() {
        let mut tokens = vec!["a".to_owned()];
        for number in 0..100 {
            let known = TokenRecord {
                tokens,
                ..record(&[])
            };
            tokens = known.renewed("a", number.to_string());
        }

        let newest = ["93", "94", "95", "96", "97", "98", "99"];
        assert_eq!(tokens, [&["a"][..], &newest[..]].concat());
    }

    #[test]
    fn a_token_is_no_good_half_a_year_later_nor_from_before_all_were_forgotten() {
        let known = record(&["a"]);
        let seen_at = known.seen_at;
        let tick = jiff::SignedDuration::from_millis(1);

        assert!(known.is_good("a", None, seen_at + device::MEMORY - tick));
        assert!(!known.is_good("a", None, seen_at + device::MEMORY));
        assert!(!known.is_good("b", None, seen_at));
        assert!(known.is_good("a", Some(seen_at - tick), seen_at));
        assert!(!known.is_good("a", Some(seen_at), seen_at));
    }
}
