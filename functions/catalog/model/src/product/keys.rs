//! Keys of products.

use kernel::id::UserId;
use store::Key;

use super::rules::ProductId;
use crate::category::CategoryId;
use crate::sku::Sku;
use crate::slug::Slug;

/// The gates of a category: a product that comes into it checks one of them, and deleting the category closes all. With one, no
/// more than some forty products a second could come into a category, because DynamoDB lets one transaction at a time have an
/// item; so many are as many transactions at once as there are gates.
pub(crate) const GATES: u8 = 16;

/// The sort key of a product in its partition.
pub(crate) const PRODUCT: &str = "PRODUCT";

/// The partition of a product and of all that is part of it: its variants and its images.
pub(crate) fn partition(id: ProductId) -> String {
    format!("PRODUCT#{id}")
}

/// A product.
pub(crate) fn product(id: ProductId) -> Key {
    Key::new(partition(id), PRODUCT)
}

/// The product that a slug is of.
pub(super) fn slug(slug: &Slug) -> Key {
    Key::new(format!("PRODUCT_SLUG#{slug}"), "OWNER")
}

/// What a stock keeping unit is of.
pub(crate) fn sku(sku: &Sku) -> Key {
    Key::new(format!("SKU#{}", sku.key()), "OWNER")
}

/// The partition of what a category knows of its products.
pub(crate) fn category(id: CategoryId) -> String {
    format!("CATEGORY#{id}")
}

/// What the sort keys of a category's products begin with.
pub(crate) const MEMBER: &str = "PRODUCT#";

/// What sorts behind the products of a category.
pub(super) const MEMBER_END: &str = "PRODUCT$";

/// That a product is in a category.
pub(crate) fn member(category_id: CategoryId, id: ProductId) -> Key {
    Key::new(category(category_id), &format!("{MEMBER}{id}"))
}

/// The gate by which a product comes into a category. The end of an id is random, its beginning is not.
pub(crate) fn gate(category_id: CategoryId, id: ProductId) -> Key {
    numbered_gate(category_id, id.uuid().as_bytes()[15] % GATES)
}

/// All gates of a category.
pub(crate) fn gates(category_id: CategoryId) -> impl Iterator<Item = Key> {
    (0..GATES).map(move |number| numbered_gate(category_id, number))
}

fn numbered_gate(category_id: CategoryId, number: u8) -> Key {
    Key::new(category(category_id), &format!("GATE#{number:02}"))
}

/// The partition of the products that an account has made.
pub(super) fn creator(user_id: UserId) -> String {
    format!("CREATOR#{user_id}")
}

/// That an account has made a product.
pub(super) fn created(user_id: UserId, id: ProductId) -> Key {
    Key::new(creator(user_id), &format!("PRODUCT#{id}"))
}

/// The partition of the products that an account has changed a moment ago.
pub(super) fn changer(user_id: UserId) -> String {
    format!("CHANGER#{user_id}")
}

/// That an account has changed a product a moment ago.
pub(crate) fn changed(user_id: UserId, id: ProductId) -> Key {
    Key::new(changer(user_id), &format!("PRODUCT#{id}"))
}
