//! What makes an account an administrator's: an item apart from the account, which only what changes roles may write.
//!
//! The account has its role as an attribute, too, for lists, answers and tokens. Nobody gets anything by it: see
//! [`identity::identify_with_role`].

use identity::items;
use jiff::Timestamp;
use kernel::id::UserId;
use kernel::role::Role;
use serde::Serialize;
use store::Write;
use store::condition::equals;
use store::writes;

#[derive(Serialize)]
struct Record {
    role: Role,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    granted_at: Timestamp,
}

/// Grants an account a role, in place of one that it was granted before.
pub(crate) fn give(table: &str, id: UserId, role: Role, granted_at: Timestamp) -> Write {
    writes::replace(table, items::grant(id), &Record { role, granted_at })
}

/// Takes away what an account was granted, if it was granted anything.
pub(crate) fn take(table: &str, id: UserId) -> Write {
    writes::remove(table, items::grant(id))
}

/// Lets the transaction fail unless the account is an administrator's.
pub(crate) fn check_administrator(table: &str, id: UserId) -> Write {
    let is_administrator = equals("role", Role::Admin.as_str());
    writes::check(table, items::grant(id), is_administrator)
}
