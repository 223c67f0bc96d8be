//! Where pre-registrations are in the identity table.

use jiff::Timestamp;
use kernel::email::EmailAddress;
use store::Key;
use store::by_day::{DAY_SHARDS, by_day, day_shard};

/// Somebody who left an address before the product opens.
pub(crate) fn pre_registration(email: &EmailAddress) -> Key {
    Key::new(
        format!("PRE_REGISTRATION#{}", email.as_str()),
        "PRE_REGISTRATION",
    )
}

/// Index `by-day`: where a pre-registration stands in the list of them all. It does not go by day: they are wanted all
/// together, and no more come in than the API takes calls.
pub(crate) fn place(at: Timestamp, id: &str) -> (String, String) {
    let (_, place) = by_day("", at, id);
    (shard(day_shard(id)), place)
}

/// Index `by-day`: all partitions of the list of pre-registrations.
pub(crate) fn partitions() -> Vec<String> {
    (0..DAY_SHARDS).map(shard).collect()
}

fn shard(number: u32) -> String {
    format!("PRE_REGISTRATIONS#{number}")
}
