//! Variants of products: what can be ordered.

mod keys;
mod rules;
mod store;

pub use rules::{MOST_VARIANTS, Variant, VariantId};
pub use store::{VariantOutcome, Variants};

pub(crate) use keys::{PREFIX, variant as key};
