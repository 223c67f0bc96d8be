//! What the catalogue writes into the audit log.

kernel::audit::actions! {
    /// A category was made.
    CATEGORY_CREATED;
    /// A category was changed, or moved.
    CATEGORY_CHANGED;
    /// A category was deleted.
    CATEGORY_DELETED;
}
