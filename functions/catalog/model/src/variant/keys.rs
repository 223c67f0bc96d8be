//! Keys of variants.

use store::Key;

use super::rules::VariantId;
use crate::product::{ProductId, keys};

/// What the sort keys of variants begin with, in the partition of their product.
pub(crate) const PREFIX: &str = "VARIANT#";

/// A variant.
pub(crate) fn variant(product_id: ProductId, id: VariantId) -> Key {
    Key::new(keys::partition(product_id), &format!("{PREFIX}{id}"))
}
