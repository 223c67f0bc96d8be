//! Where mailed links are in the identity table.

use jiff::Timestamp;
use jiff::civil::Date;
use store::Key;
use store::by_day::{by_day, day_partitions};

use crate::link::LinkKind;

/// What the partitions of links begin with, and what the sort keys of an account's links begin with.
pub(crate) const LINKS: &str = "LINK#";

/// A mailed link, by what it is good for and the digest of its token.
pub(crate) fn link(kind: LinkKind, digest: &str) -> Key {
    Key::new(format!("{LINKS}{}#{digest}", kind.as_str()), "LINK")
}

/// The link that is in this partition.
pub(crate) fn link_in(partition: &str) -> Key {
    Key::new(partition.to_owned(), "LINK")
}

/// The note that an account or a pre-registration has a link, beside that. It is sorted by the partition that the link is in.
pub(crate) fn own_link(owner: Key, kind: LinkKind, digest: &str) -> Key {
    Key::new(owner.pk, &link(kind, digest).pk)
}

/// Index `by-day`: where a link stands in the list of its kind.
pub(crate) fn place(kind: LinkKind, at: Timestamp, digest: &str) -> (String, String) {
    // As much of the digest as tells links apart: not enough to find the link by.
    by_day(&list(kind), at, &digest[..16])
}

/// Index `by-day`: all partitions of a day's links of a kind.
pub(crate) fn partitions(kind: LinkKind, day: Date) -> Vec<String> {
    day_partitions(&list(kind), &day.to_string())
}

fn list(kind: LinkKind) -> String {
    format!("LINKS#{}", kind.as_str())
}
