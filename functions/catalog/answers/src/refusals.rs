//! What several crates of the area refuse for.

use api::ErrorCode;

/// 409: something else has the slug.
pub const SLUG_TAKEN: ErrorCode = ErrorCode::conflict("slug_taken", "This slug is taken.")
    .when("another category, or another product, has the `slug`");

/// 409: something else has the stock keeping unit.
pub const SKU_TAKEN: ErrorCode = ErrorCode::conflict("sku_taken", "This SKU is taken.")
    .when("another product or variant has the `sku`");

/// 409: the product has all the variants that it can have.
pub const TOO_MANY_VARIANTS: ErrorCode =
    ErrorCode::conflict("too_many_variants", "A product has 100 variants at most.");
