//! Whose an address or a username is.

use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use store::Write;
use store::condition::{Condition, absent, at_most, equals};
use store::value::millis;
use store::writes::put_if;

use crate::account::keys;
use crate::link::RESERVATION;

/// The condition under which an account may take an address: nobody has it, and it is kept for nobody else, or no longer.
/// DynamoDB deletes what is over days later.
fn is_free(user_id: UserId, now: Timestamp) -> Condition {
    absent("pk")
        .or(equals("reserved_for", user_id.to_string()))
        .or(at_most("expires_at", millis(now)))
}

/// The item of an owner: of an address or a username that an account has, or of an address that one has given up.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Owner {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reserved_for: Option<UserId>,
    /// The moment from which it is kept no longer.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
}

impl Owner {
    /// The account that has it.
    pub(crate) fn of(user_id: UserId) -> Self {
        Self {
            user_id: Some(user_id),
            ..Self::default()
        }
    }

    /// The account that gives it up now, for which it is kept.
    pub(crate) fn former(user_id: UserId, now: Timestamp) -> Self {
        let expires_at = now + RESERVATION;
        Self {
            reserved_for: Some(user_id),
            expires_at: Some(expires_at),
            ttl: Some(expires_at.as_second()),
            ..Self::default()
        }
    }

    /// Whether an account may take it, as [`is_free`] says.
    pub(crate) fn is_free_for(&self, user_id: UserId, now: Timestamp) -> bool {
        self.reserved_for == Some(user_id) || self.expires_at.is_some_and(|at| at <= now)
    }
}

/// The condition under which an owner's item is an account's to write or to take away: nobody has it, or the account has, or it
/// is reserved for it.
pub(crate) fn is_own(user_id: UserId) -> Condition {
    absent("pk")
        .or(equals("user_id", user_id.to_string()))
        .or(equals("reserved_for", user_id.to_string()))
}

/// The write that gives an address to an account, on the condition that it is free.
pub(crate) fn take_email(
    table: &str,
    email: &EmailAddress,
    user_id: UserId,
    now: Timestamp,
) -> Write {
    put_if(
        table,
        keys::email_owner(email),
        &Owner::of(user_id),
        is_free(user_id, now),
    )
}
