//! Keys of the mail table.

use jiff::Timestamp;
use store::by_day::{DAY_SHARDS, day_shard, moment};
use store::{Key, Table};

use super::rules::AddressDigest;

/// The table of mails that were sent, and of addresses that get none.
pub(super) const MAIL: Table = Table::named("mail");

/// The index of what is listed: the mails to an address, and the addresses that get none.
pub(super) const LISTED: &str = "listed";
/// The attributes of the key of [`LISTED`].
pub(super) const LISTED_KEY: (&str, &str) = ("list_pk", "list_sk");

/// A mail, by the id that SES gave it.
pub(super) fn mail(id: &str) -> Key {
    Key::new(format!("MAIL#{id}"), "MAIL")
}

/// An address that gets no mail.
pub(super) fn suppression(address: &AddressDigest) -> Key {
    Key::new(format!("SUPPRESSION#{address}"), "SUPPRESSION")
}

/// Index `listed`: the mails to an address.
pub(super) fn to(address: &AddressDigest) -> String {
    format!("ADDRESS#{address}")
}

/// Index `listed`: the partition of an address that gets no mail.
pub(super) fn suppressed(address: &AddressDigest) -> String {
    partition(day_shard(address.as_str()))
}

/// Index `listed`: all partitions of addresses that get no mail.
pub(super) fn all_suppressed() -> Vec<String> {
    (0..DAY_SHARDS).map(partition).collect()
}

/// Index `listed`: the place in a list, which is by time.
pub(super) fn place(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", moment(at))
}

fn partition(shard: u32) -> String {
    format!("SUPPRESSIONS#{shard}")
}
