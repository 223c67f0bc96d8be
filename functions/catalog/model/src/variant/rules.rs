//! A variant of a product, and what may be said of it.

use jiff::Timestamp;
use kernel::money::Money;
use serde::{Deserialize, Serialize};

use crate::product::Attributes;
use crate::sku::Sku;

/// The variants that a product has at most: a product is read whole.
pub const MOST_VARIANTS: usize = 100;

kernel::id!(
    /// The id of a variant.
    VariantId
);

/// A variant of a product: what is ordered, and what there is a stock of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its id.
    pub id: VariantId,
    /// What tells it apart from the others of the product, such as a size.
    pub name: String,
    /// Its seller's own name of it, which neither another variant nor a product has.
    pub sku: Sku,
    /// What it costs, in the currency of its product; what the product costs, where there is none.
    pub price: Option<Money>,
    /// What else there is to say of it.
    pub attributes: Attributes,
    /// The number of pieces at which whoever manages the catalogue is told that there are few left.
    pub low_stock_threshold: Option<u32>,
    /// False hides it.
    pub is_active: bool,
    /// Whether there was a piece of it when its stock was last looked at. It follows the stock within seconds.
    #[serde(default)]
    pub in_stock: bool,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
}
