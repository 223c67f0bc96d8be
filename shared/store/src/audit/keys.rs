//! Keys of the audit table.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use kernel::id::{AuditId, UserId};

use crate::Key;

/// Partitions that one day's entries spread over, so that no partition takes all writes.
pub const SHARDS: u32 = 4;

/// The index by who did it, and the attribute that names its partitions. All indexes are sorted by `sk`.
pub const BY_ACTOR: (&str, &str) = ("by-actor", "actor_pk");
/// The index by what it was done to.
pub const BY_OBJECT: (&str, &str) = ("by-object", "object_pk");

/// An entry, by day and shard; within them by id, which is by time.
pub fn entry(id: AuditId, at: Timestamp) -> Key {
    let day = at.strftime("%Y-%m-%d").to_string();
    Key::new(day_partition(&day, shard(id)), &id.to_string())
}

/// One of the partitions of a day (`2026-11-21`).
fn day_partition(day: &str, shard: u32) -> String {
    format!("AUDIT#{day}#{shard}")
}

/// All partitions of a day.
pub fn days(day: &str) -> Vec<String> {
    let shards = 0..SHARDS;
    shards.map(|shard| day_partition(day, shard)).collect()
}

/// The smallest and the greatest sort key of a day, in every index.
pub fn range_of(day: Date) -> (Option<String>, Option<String>) {
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).ok();
    // Ids begin with their moment.
    let prefix = |moment: Zoned| {
        let millis = moment.timestamp().as_millisecond().max(0);
        let hex = format!("{millis:012x}");
        format!("{}-{}", &hex[..8], &hex[8..])
    };
    let tomorrow = day.tomorrow().ok();
    (
        midnight(day).map(prefix),
        tomorrow.and_then(midnight).map(prefix),
    )
}

/// Index `by-actor`: what an account did.
pub fn actor(id: UserId) -> String {
    format!("ACTOR#{id}")
}

/// Index `by-object`: what was done to something. Only things with an id: `otp` or `limit/login` are the object of
/// too many entries for one partition, and are found by the day.
pub fn object(named: &str) -> Option<String> {
    let (_, id) = named.split_once('/')?;
    id.parse::<uuid::Uuid>().ok()?;
    Some(format!("OBJECT#{named}"))
}

fn shard(id: AuditId) -> u32 {
    u32::try_from(id.uuid().as_u128() % u128::from(SHARDS)).unwrap_or_default()
}
