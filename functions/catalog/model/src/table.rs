//! The area's table.

use store::Table;

/// Categories, products, variants, and the owners of their names.
pub(crate) const CATALOG: Table = Table::named("catalog");
