//! Every key of every table. `ARCHITECTURE.md` holds the access patterns they serve.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::Action;
use domain::email::EmailAddress;
use domain::id::{AuditId, SessionId, TaskId, UserId};
use domain::link::LinkKind;
use domain::person::Username;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Partitions that one day's audit entries spread over, so that no partition takes all writes.
pub(crate) const AUDIT_SHARDS: u32 = 8;

/// Partitions that a day of a list in the index `by-day` spreads over.
pub(crate) const DAY_SHARDS: u32 = 4;

/// limits: how often a proof for an account was wrong in a row.
pub(crate) fn tries(proof: &str, subject: &str) -> Key {
    let Key { pk, .. } = limit(proof, subject);
    Key::new(pk.replacen("LIMIT#", "TRIES#", 1), "TRIES")
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
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

/// identity: the account.
pub(crate) fn user(id: UserId) -> Key {
    Key::new(format!("USER#{id}"), "USER")
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
    Key::new(format!("LINK#{}#{digest}", kind.as_str()), "LINK")
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
    Key::new(format!("USER#{user_id}"), &format!("DEVICE#{device}"))
}

/// identity: somebody who left an address before the product opens.
pub(crate) fn pre_registration(email: &EmailAddress) -> Key {
    Key::new(
        format!("PRE_REGISTRATION#{}", email.as_str()),
        "PRE_REGISTRATION",
    )
}

/// identity, index `by-day`: where an item stands in a list that goes by time. A day's items spread over
/// [`DAY_SHARDS`] partitions; `id` tells items of one moment apart and says which partition.
pub(crate) fn by_day(list: &str, at: Timestamp, id: &str) -> (String, String) {
    let shard = id.bytes().fold(0_u32, |sum, byte| sum + u32::from(byte)) % DAY_SHARDS;
    let day = at.strftime("%Y-%m-%d");
    (
        day_partition(list, &day.to_string(), shard),
        format!("{:013}#{id}", at.as_millisecond()),
    )
}

/// identity, index `by-day`: one of the partitions of a list's day (`2026-11-21`).
pub(crate) fn day_partition(list: &str, day: &str, shard: u32) -> String {
    format!("{list}#{day}#{shard}")
}

/// identity, sparse index `due`: accounts to be deleted, by the moment they are due.
pub(crate) const DELETIONS: &str = "DELETIONS";

/// identity: the one code that is good for an address. Under the address and not the account: asking looks nothing up.
pub(crate) fn code(email: &EmailAddress) -> Key {
    Key::new(format!("EMAIL#{}", email.as_str()), "CODE")
}

/// identity: a session, beside its account.
pub(crate) fn session(user_id: UserId, id: SessionId) -> Key {
    Key::new(format!("USER#{user_id}"), &format!("SESSION#{id}"))
}

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

/// audit: an entry, by day and shard; within them by id, which is by time.
pub(crate) fn audit_entry(id: AuditId, at: Timestamp) -> Key {
    let day = at.strftime("%Y-%m-%d").to_string();
    Key::new(audit_day(&day, audit_shard(id)), &id.to_string())
}

/// audit: one of the partitions of a day (`2026-11-21`).
pub(crate) fn audit_day(day: &str, shard: u32) -> String {
    format!("AUDIT#{day}#{shard}")
}

/// audit, index `by-actor`: what an account did.
pub(crate) fn audit_actor(id: UserId) -> String {
    format!("ACTOR#{id}")
}

/// audit, index `by-object`: what was done to something. Only things with an id: `otp` or `limit/login` are the object of
/// too many entries for one partition, and are found by their action.
pub(crate) fn audit_object(object: &str) -> Option<String> {
    let (_, id) = object.split_once('/')?;
    id.parse::<uuid::Uuid>().ok()?;
    Some(format!("OBJECT#{object}"))
}

/// audit, index `by-action`: what happened of a kind, by day and shard.
pub(crate) fn audit_action(action: Action, id: AuditId, at: Timestamp) -> String {
    let day = at.strftime("%Y-%m-%d").to_string();
    audit_action_day(action, &day, audit_shard(id))
}

/// audit, index `by-action`: one of the partitions of a day.
pub(crate) fn audit_action_day(action: Action, day: &str, shard: u32) -> String {
    format!("ACTION#{}#{day}#{shard}", action.as_str())
}

fn audit_shard(id: AuditId) -> u32 {
    u32::try_from(id.uuid().as_u128() % u128::from(AUDIT_SHARDS)).unwrap_or_default()
}
