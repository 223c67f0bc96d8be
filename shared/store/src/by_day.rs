//! Lists that go by time, in an index whose partitions are days: no partition takes all writes, and none grows without end.

use jiff::Timestamp;

/// Partitions that a day of a list in the index `by-day` spreads over. Each takes 1,000 writes a second; with more of them a
/// list would be more queries, of which few are under way at once.
pub const DAY_SHARDS: u32 = 2;

/// The index of lists that go by time. Its key is the partition and the place in it.
pub const BY_DAY: &str = "by-day";
/// The key of [`BY_DAY`].
pub const BY_DAY_KEY: (&str, &str) = ("day_pk", "day_sk");

/// The place of an item in a list that goes by time. A day's items spread over [`DAY_SHARDS`] partitions; `id` tells items
/// of one moment apart and says which partition.
pub fn by_day(list: &str, at: Timestamp, id: &str) -> (String, String) {
    let day = at.strftime("%Y-%m-%d");
    (
        day_partition(list, &day.to_string(), day_shard(id)),
        format!("{}#{id}", moment(at)),
    )
}

/// A moment in a sort key: its milliseconds, as many digits as sort for three hundred years.
pub fn moment(at: Timestamp) -> String {
    format!("{:013}", at.as_millisecond())
}

/// All partitions of a list's day (`2026-11-21`).
pub fn day_partitions(list: &str, day: &str) -> Vec<String> {
    (0..DAY_SHARDS)
        .map(|shard| day_partition(list, day, shard))
        .collect()
}

/// The partition of its day that an item is in.
pub fn day_shard(id: &str) -> u32 {
    id.bytes().fold(0_u32, |sum, byte| sum + u32::from(byte)) % DAY_SHARDS
}

fn day_partition(list: &str, day: &str, shard: u32) -> String {
    format!("{list}#{day}#{shard}")
}
