//! What the catalogue writes into the audit log.

kernel::audit::actions! {
    /// A category was made.
    CATEGORY_CREATED;
    /// A category was changed, or moved.
    CATEGORY_CHANGED;
    /// A category was deleted.
    CATEGORY_DELETED;
    /// A product was made.
    PRODUCT_CREATED;
    /// A product was changed.
    PRODUCT_CHANGED;
    /// A product was deleted.
    PRODUCT_DELETED;
    /// A variant of a product was made.
    VARIANT_CREATED;
    /// A variant of a product was changed.
    VARIANT_CHANGED;
    /// A variant of a product was deleted.
    VARIANT_DELETED;
    /// An image of a product is shown, or was refused.
    IMAGE_CREATED;
    /// An image of a product was changed, or moved.
    IMAGE_CHANGED;
    /// An image of a product was deleted.
    IMAGE_DELETED;
    /// An import of products was asked for.
    PRODUCTS_IMPORTED;
    /// A file with all products was asked for.
    PRODUCTS_EXPORTED;
    /// The file of an import or an export was fetched.
    TRANSFER_FETCHED;
    /// Pieces were added to a stock, or taken away from it.
    STOCK_ADJUSTED;
    /// A stock was spread over parts.
    STOCK_SPREAD;
}
