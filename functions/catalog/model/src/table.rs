//! The area's tables.

use store::Table;

/// Categories, products, variants, images, and the owners of their names.
pub(crate) const CATALOG: Table = Table::named("catalog");

/// Stocks, their movements, and what there is little of. Its stream tells of every change of a stock.
pub(crate) const STOCK: Table = Table::named("stock");
