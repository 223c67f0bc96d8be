//! Keys of what the index is told by.

use store::Key;

/// The partition of the wish that the index be looked at.
pub(super) const INDEX: &str = "INDEX";

/// The wish.
pub(super) fn wish() -> Key {
    Key::new(INDEX.to_owned(), "WISH")
}
