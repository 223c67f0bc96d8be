//! The items of an account that calls read: where they are, and what of them says whether the call is answered. Every call
//! reads the account and the session, and one that only some roles may make reads the grant as well.
//!
//! They are the accounts area's, which writes them and knows the rest of them. The keys and the attributes that are named
//! here keep their names and meaning for as long as items are stored.

use jiff::Timestamp;
use kernel::id::{SessionId, UserId};
use kernel::role::Role;
use serde::Deserialize;
use store::{Key, Table};

use crate::live::{AccountStanding, SessionLife};
use crate::proof::newest_proof;

/// The table of accounts and all that belongs to them, with the public signing keys.
pub const IDENTITY: Table = Table::named("identity");

/// What the sort key of an account is. Beside it stand items that belong to it.
pub const ACCOUNT: &str = "USER";

/// What the sort keys of an account's sessions begin with.
pub const SESSIONS: &str = "SESSION#";

/// The partition of the public signing keys.
pub(crate) const SIGNING_KEYS: &str = "SIGNING_KEYS";

/// The key of an account's item.
pub fn user(id: UserId) -> Key {
    Key::new(format!("USER#{id}"), ACCOUNT)
}

/// A session, beside its account.
pub fn session(user_id: UserId, id: SessionId) -> Key {
    Key::new(format!("USER#{user_id}"), &format!("{SESSIONS}{id}"))
}

/// What gives an account a role that is [granted](Role::is_granted). In a partition of its own, because roles of functions
/// name partitions: what may write accounts may not write this.
pub fn grant(id: UserId) -> Key {
    Key::new(format!("GRANT#{id}"), "GRANT")
}

/// One public signing key.
pub(crate) fn signing_key(kid: &str) -> Key {
    Key::new(SIGNING_KEYS.to_owned(), &format!("KEY#{kid}"))
}

/// The key of the item that says who is rotating the signing key. Outside the partition of the keys, which is listed whole.
pub(crate) fn signing_key_rotation() -> Key {
    Key::new("SIGNING_KEY_ROTATION".to_owned(), "LEASE")
}

/// The attributes of an account's item that a call needs.
#[derive(Deserialize)]
pub(crate) struct AccountItem {
    #[serde(default)]
    role: Role,
    email_verified: bool,
    #[serde(default)]
    disabled: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    sessions_valid_from: Timestamp,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    deletion_due_at: Option<Timestamp>,
}

/// The attributes of a grant that a call needs.
#[derive(Deserialize)]
pub(crate) struct GrantItem {
    role: Role,
}

/// The attributes of a session's item that a call needs.
#[expect(clippy::struct_field_names, reason = "the attributes' names")]
#[derive(Deserialize)]
pub(crate) struct SessionItem {
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    kept_at: Option<Timestamp>,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    proved_at: Option<Timestamp>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    revoked_at: Option<Timestamp>,
}

impl AccountItem {
    pub(crate) fn standing(&self) -> AccountStanding {
        AccountStanding {
            email_verified: self.email_verified,
            disabled: self.disabled,
            is_to_be_deleted: self.deletion_due_at.is_some(),
            sessions_valid_from: self.sessions_valid_from,
        }
    }

    /// What the account may do: what its grant says, and otherwise what it says itself, unless that is only granted.
    pub(crate) fn role(&self, grant: Option<&GrantItem>) -> Role {
        match grant {
            Some(grant) => grant.role,
            None if self.role.is_granted() => Role::default(),
            None => self.role,
        }
    }
}

impl SessionItem {
    pub(crate) fn life(&self) -> SessionLife {
        SessionLife {
            created_at: self.created_at,
            kept_at: self.kept_at,
            expires_at: self.expires_at,
            is_revoked: self.revoked_at.is_some(),
        }
    }

    /// The moment at which somebody last proved in the session to be the owner of its account.
    pub(crate) fn newest_proof(&self) -> Timestamp {
        newest_proof(self.created_at, self.proved_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_account_makes_itself_an_administrators() {
        for says in [Role::Admin, Role::User, Role::Parent] {
            let account = AccountItem {
                role: says,
                email_verified: true,
                disabled: false,
                sessions_valid_from: Timestamp::UNIX_EPOCH,
                deletion_due_at: None,
            };
            let granted = GrantItem { role: Role::Admin };

            assert_eq!(account.role(Some(&granted)), Role::Admin);
            assert_ne!(account.role(None), Role::Admin);
            if says != Role::Admin {
                assert_eq!(account.role(None), says);
            }
        }
    }
}
