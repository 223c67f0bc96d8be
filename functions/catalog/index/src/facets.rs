//! What there is in a list, by category, attribute and price.

use uuid::Uuid;

/// The attributes that are counted at most, and the values of each: a page shows fewer.
pub const MOST: usize = 50;

/// What there is, on all pages together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// The categories that visitors see, by count: what is in one or below it, once.
    pub categories: Vec<(Uuid, u64)>,
    /// The most frequent attributes, by count and then by path.
    pub attributes: Vec<Attribute>,
    /// The bands of prices, the cheapest first; without those that nothing is in.
    pub prices: Vec<PriceBand>,
}

/// An attribute, and what values it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its path.
    pub path: String,
    /// The products that have it.
    pub count: u64,
    /// Its most frequent values with the products that have each, by count and then by value.
    pub values: Vec<(String, u64)>,
}

/// A band of prices, in ten-thousandths of the currency's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceBand {
    /// The lowest price in it.
    pub from: i64,
    /// The lowest price above it; the last band has none.
    pub to: Option<i64>,
    /// The products in it.
    pub count: u64,
}
