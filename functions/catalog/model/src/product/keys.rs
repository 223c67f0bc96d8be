//! Keys of products.

use store::Key;

use super::rules::ProductId;
use crate::category::CategoryId;
use crate::sku::Sku;
use crate::slug::Slug;

/// The gates of a category: a product that comes into it checks one of them, and what closes the category closes all. With one, no
/// more than some forty products a second could come into a category; so many are as many transactions at once as there are
/// gates.
const GATES: u8 = 16;

/// A product.
pub(super) fn product(id: ProductId) -> Key {
    Key::new(format!("PRODUCT#{id}"), "PRODUCT")
}

/// The product that a slug is of.
pub(super) fn slug(slug: &Slug) -> Key {
    Key::new(format!("PRODUCT_SLUG#{slug}"), "OWNER")
}

/// What a stock keeping unit is of.
pub(super) fn sku(sku: &Sku) -> Key {
    Key::new(format!("SKU#{}", sku.key()), "OWNER")
}

/// The partition of what a category knows of its products.
fn category(id: CategoryId) -> String {
    format!("CATEGORY#{id}")
}

/// That a product is in a category.
pub(super) fn member(category_id: CategoryId, id: ProductId) -> Key {
    Key::new(category(category_id), &format!("PRODUCT#{id}"))
}

/// The gate by which a product comes into a category. The end of an id is random, its beginning is not.
pub(super) fn gate(category_id: CategoryId, id: ProductId) -> Key {
    let number = id.uuid().as_bytes()[15] % GATES;
    Key::new(category(category_id), &format!("GATE#{number:02}"))
}
