//! Every key of every table. `ARCHITECTURE.md` holds the access patterns they serve.

pub(crate) mod audit;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::email::EmailAddress;
use domain::id::{SessionId, TaskId, UserId};
use domain::link::LinkKind;
use domain::person::Username;
use domain::user::Role;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Partitions that a day of a list in the index `by-day` spreads over.
pub(crate) const DAY_SHARDS: u32 = 4;

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: &str) -> Self {
        Self {
            pk,
            sk: sk.to_owned(),
        }
    }

    pub(crate) fn into_item(self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk)),
            ("sk".to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

/// identity: what the sort key of an account is. Beside it stand items that belong to it.
pub(crate) const ACCOUNT: &str = "USER";

/// identity: the account.
pub(crate) fn user(id: UserId) -> Key {
    Key::new(format!("USER#{id}"), ACCOUNT)
}

/// identity: who owns an address. Made with `attribute_not_exists`, so it is the uniqueness of the address.
pub(crate) fn email_owner(email: &EmailAddress) -> Key {
    Key::new(format!("EMAIL#{}", email.as_str()), "OWNER")
}

/// identity: who owns a username.
pub(crate) fn username_owner(username: &Username) -> Key {
    Key::new(format!("USERNAME#{}", username.folded()), "OWNER")
}

/// identity: a mailed link, by what it is good for and the digest of its token.
pub(crate) fn link(kind: LinkKind, digest: &str) -> Key {
    Key::new(format!("{LINKS}{}#{digest}", kind.as_str()), "LINK")
}

/// identity: what the partitions of links begin with, and what the sort keys of an account's links begin with.
pub(crate) const LINKS: &str = "LINK#";

/// identity: that an account has a link, beside it. Sorted by the partition that the link is in.
pub(crate) fn own_link(user_id: UserId, kind: LinkKind, digest: &str) -> Key {
    Key::new(format!("USER#{user_id}"), &link(kind, digest).pk)
}

/// identity: the link that is in this partition.
pub(crate) fn link_in(partition: &str) -> Key {
    Key::new(partition.to_owned(), "LINK")
}

/// identity: a log-in that waits for its second factor, by the digest of its token.
pub(crate) fn challenge(digest: &str) -> Key {
    Key::new(format!("CHALLENGE#{digest}"), "CHALLENGE")
}

/// identity: the second factor of an account, beside it.
pub(crate) fn totp(user_id: UserId) -> Key {
    Key::new(format!("USER#{user_id}"), "TOTP")
}

/// identity: the recovery codes of an account, beside it.
pub(crate) fn recovery_codes(user_id: UserId) -> Key {
    Key::new(format!("USER#{user_id}"), "RECOVERY_CODES")
}

/// identity: a device that an account has logged in from, beside it.
pub(crate) fn device(user_id: UserId, device: &str) -> Key {
    Key::new(format!("USER#{user_id}"), &format!("{DEVICES}{device}"))
}

/// identity: what the sort keys of an account's devices begin with.
pub(crate) const DEVICES: &str = "DEVICE#";

/// identity: the address an account had before a change, beside it, by the task that tells that address.
pub(crate) fn former_email(user_id: UserId, notice: TaskId) -> Key {
    Key::new(
        format!("USER#{user_id}"),
        &format!("{FORMER_EMAILS}{notice}"),
    )
}

/// identity: where the former addresses begin that an account had until after a moment.
pub(crate) fn former_emails_after(user_id: UserId, moment: Timestamp) -> Key {
    former_email(
        user_id,
        TaskId::first_of(moment + SignedDuration::from_millis(1)),
    )
}

/// identity: what the sort keys of an account's former addresses begin with.
pub(crate) const FORMER_EMAILS: &str = "FORMER_EMAIL#";

/// identity: somebody who left an address before the product opens.
pub(crate) fn pre_registration(email: &EmailAddress) -> Key {
    Key::new(
        format!("PRE_REGISTRATION#{}", email.as_str()),
        "PRE_REGISTRATION",
    )
}

/// identity: the index of lists that go by time, and its key: the partition and the place in it.
pub(crate) const BY_DAY: &str = "by-day";
pub(crate) const BY_DAY_KEY: (&str, &str) = ("day_pk", "day_sk");

/// identity, index `by-day`: where an item stands in a list that goes by time. A day's items spread over
/// [`DAY_SHARDS`] partitions; `id` tells items of one moment apart and says which partition.
pub(crate) fn by_day(list: &str, at: Timestamp, id: &str) -> (String, String) {
    let day = at.strftime("%Y-%m-%d");
    (
        day_partition(list, &day.to_string(), day_shard(id)),
        format!("{}#{id}", moment(at)),
    )
}

/// A moment in a sort key: its milliseconds, as many digits as sort for three hundred years.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{:013}", at.as_millisecond())
}

/// identity, index `by-day`: the list of links of a kind.
pub(crate) fn link_list(kind: LinkKind) -> String {
    format!("LINKS#{}", kind.as_str())
}

/// identity, index `by-day`: all partitions of a list's day (`2026-11-21`).
pub(crate) fn day_partitions(list: &str, day: &str) -> Vec<String> {
    (0..DAY_SHARDS)
        .map(|shard| day_partition(list, day, shard))
        .collect()
}

/// identity, index `by-day`: where a pre-registration stands in the list of them all. Not by day: they are wanted all
/// together, and no more come in than the API takes calls.
pub(crate) fn pre_registration_place(at: Timestamp, id: &str) -> (String, String) {
    let (_, place) = by_day("", at, id);
    (pre_registration_shard(day_shard(id)), place)
}

/// identity, index `by-day`: all partitions of the list of pre-registrations.
pub(crate) fn pre_registrations() -> Vec<String> {
    (0..DAY_SHARDS).map(pre_registration_shard).collect()
}

fn pre_registration_shard(shard: u32) -> String {
    format!("PRE_REGISTRATIONS#{shard}")
}

fn day_shard(id: &str) -> u32 {
    id.bytes().fold(0_u32, |sum, byte| sum + u32::from(byte)) % DAY_SHARDS
}

fn day_partition(list: &str, day: &str, shard: u32) -> String {
    format!("{list}#{day}#{shard}")
}

/// identity: the sparse index of accounts that are to be deleted, and its key.
pub(crate) const DUE: &str = "due";
pub(crate) const DUE_KEY: (&str, &str) = ("due_pk", "due_sk");

/// identity, sparse index `due`: accounts to be deleted, by the moment they are due.
pub(crate) const DELETIONS: &str = "DELETIONS";

/// identity, sparse index `due`: when an account is to be deleted.
pub(crate) fn due_deletion(due_at: Timestamp, id: UserId) -> (&'static str, String) {
    (DELETIONS, format!("{}#{id}", moment(due_at)))
}

/// identity: the one code that is good for an address. Under the address and not the account: asking looks nothing up.
pub(crate) fn code(email: &EmailAddress) -> Key {
    Key::new(format!("EMAIL#{}", email.as_str()), "CODE")
}

/// identity: a session, beside its account.
pub(crate) fn session(user_id: UserId, id: SessionId) -> Key {
    Key::new(format!("USER#{user_id}"), &format!("{SESSIONS}{id}"))
}

/// identity: where the sessions of an account begin that began at a moment or later.
pub(crate) fn sessions_since(user_id: UserId, moment: Timestamp) -> Key {
    session(user_id, SessionId::first_of(moment))
}

/// identity: what the sort keys of an account's sessions begin with.
pub(crate) const SESSIONS: &str = "SESSION#";

/// identity: the partition of the public signing keys.
pub(crate) const SIGNING_KEYS: &str = "SIGNING_KEYS";

/// identity: one public signing key.
pub(crate) fn signing_key(kid: &str) -> Key {
    Key::new(SIGNING_KEYS.to_owned(), &format!("KEY#{kid}"))
}

/// identity: who is rotating the signing key. Outside the partition of the keys, which is listed whole.
pub(crate) fn signing_key_rotation() -> Key {
    Key::new("SIGNING_KEY_ROTATION".to_owned(), "LEASE")
}

/// identity: an item that never exists, for the health check.
pub(crate) fn ping() -> Key {
    Key::new("PING".to_owned(), "PING")
}

/// tasks: a task.
pub(crate) fn task(id: TaskId) -> Key {
    Key::new(format!("TASK#{id}"), "TASK")
}

/// people: a list of accounts, by what it is ordered by and what it is narrowed to; `None` is everybody.
pub(crate) fn people_list(
    order: &str,
    role: Option<Role>,
    is_active: Option<bool>,
    is_verified: Option<bool>,
) -> String {
    let either = |flag: Option<bool>| match flag {
        None => "*",
        Some(true) => "yes",
        Some(false) => "no",
    };
    format!(
        "LIST#{order}#role={}#active={}#verified={}",
        role.map_or("*", Role::as_str),
        either(is_active),
        either(is_verified)
    )
}

/// people: the accounts that are found by a search that begins so.
pub(crate) fn people_search(branch: &str) -> String {
    format!("SEARCH#{branch}")
}

/// people: where an account stands in a list or a search. The tab is in no text that is sorted by, and before all of what is.
pub(crate) fn people_place(sorted_by: &str, id: UserId) -> String {
    format!("{sorted_by}\t{id}")
}

/// The last moment that has thirteen digits, in the year 2286. With more, texts would not sort as numbers do.
const LAST_MOMENT: i64 = 9_999_999_999_999;

/// people: a moment, as lists are sorted by it.
pub(crate) fn people_moment(at: Timestamp) -> String {
    format!("{:013}", at.as_millisecond().clamp(0, LAST_MOMENT))
}

/// limits: the counter of one subject under one limit. The subject is hashed: it may be an address.
pub(crate) fn limit(name: &str, subject: &str) -> Key {
    let digest = Sha256::digest(subject.as_bytes());
    // 128 of its bits tell subjects apart as well as all of them.
    let short = u128::from_be_bytes(
        digest[..16]
            .try_into()
            .expect("a SHA-256 digest has 32 bytes"),
    );
    Key::new(format!("LIMIT#{name}#{short:032x}"), "LIMIT")
}

/// limits: how often a proof for an account was wrong in a row.
pub(crate) fn tries(proof: &str, subject: &str) -> Key {
    let Key { pk, .. } = limit(proof, subject);
    Key::new(pk.replacen("LIMIT#", "TRIES#", 1), "TRIES")
}
