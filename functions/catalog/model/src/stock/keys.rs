//! Keys of stocks.

use store::Key;

use crate::variant::VariantId;

/// What the partitions of parts begin with.
pub(super) const PART: &str = "STOCK#";

/// A part of the stock of a variant. Each has a partition of its own.
pub(super) fn part(id: VariantId, number: u8) -> Key {
    Key::new(format!("{PART}{id}#{number:02}"), "STOCK")
}

/// The partition of the movements of a variant's stock.
pub(super) fn movements(id: VariantId) -> String {
    format!("MOVEMENTS#{id}")
}

/// The movement that a version of a part is. The same version is the same movement, however often the stream tells of it.
pub(super) fn movement(id: VariantId, at: i64, part: u8, version: u64) -> Key {
    let sk = format!("{at:013}#{part:02}#{version:012}");
    Key::new(movements(id), &sk)
}

/// The partition of the variants of which there are few left.
pub(super) const LOW: &str = "LOW_STOCK";

/// That there are few left of a variant.
pub(super) fn low(id: VariantId) -> Key {
    Key::new(LOW.to_owned(), &format!("VARIANT#{id}"))
}
