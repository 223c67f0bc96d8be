//! Keys of categories.

use store::Key;

use super::rules::CategoryId;
use crate::slug::Slug;

/// The partition of all categories, which are few and seldom change.
pub(crate) const ALL: &str = "CATEGORIES";

/// What the sort keys of categories begin with.
pub(super) const CATEGORY: &str = "CATEGORY#";

/// A category.
pub(super) fn category(id: CategoryId) -> Key {
    Key::new(ALL.to_owned(), &format!("{CATEGORY}{id}"))
}

/// What is counted up by every change of a category.
pub(super) fn tree() -> Key {
    Key::new(ALL.to_owned(), TREE)
}

/// The sort key of [`tree`].
pub(super) const TREE: &str = "TREE";

/// The category that a slug is of.
pub(super) fn slug(slug: &Slug) -> Key {
    Key::new(format!("CATEGORY_SLUG#{slug}"), "OWNER")
}
