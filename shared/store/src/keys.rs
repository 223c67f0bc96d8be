//! Every key of every table. `ARCHITECTURE.md` holds the access patterns they serve.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::email::EmailAddress;
use domain::id::{AuditId, SessionId, TaskId, UserId};
use domain::person::Username;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Partitions that one day's audit entries spread over, so that no partition takes all writes.
const AUDIT_SHARDS: u128 = 8;

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

/// identity: a verification link, by the digest of its token.
pub(crate) fn verification(digest: &str) -> Key {
    Key::new(format!("VERIFICATION#{digest}"), "VERIFICATION")
}

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
    let day = at.strftime("%Y-%m-%d");
    let shard = id.uuid().as_u128() % AUDIT_SHARDS;
    Key::new(format!("AUDIT#{day}#{shard}"), &id.to_string())
}
