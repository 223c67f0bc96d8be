//! Images of products.

mod rules;

pub use rules::{Image, ImageId, SIZES, in_order};

/// What the sort keys of images begin with, in the partition of their product.
pub(crate) const PREFIX: &str = "IMAGE#";
