//! Products in the words of answers: for the endpoints that give one, and for the index, which keeps the rows of lists as they
//! are answered. Besides them, what several crates refuse for, and the fields of requests with the checks of each
//! ([`product_fields`], [`variant_fields`], [`category_fields`]), which the rows of an import go through as well.

pub mod category_fields;
mod found;
mod image_body;
mod product_body;
pub mod product_fields;
mod refusals;
mod variant_body;
pub mod variant_fields;

pub use found::{Found, find, find_own, may_change, read_own};
pub use image_body::ImageBody;
pub use product_body::{ProductBody, ProductRow, SizeBody};
pub use refusals::{SKU_TAKEN, SLUG_TAKEN, TOO_MANY_VARIANTS};
pub use variant_body::VariantBody;
