//! Products in the words of answers: for the endpoints that give one, and for the index, which keeps the rows of lists as they
//! are answered. Besides them, what several crates refuse for.

mod found;
mod image_body;
mod product_body;
mod refusals;
mod variant_body;

pub use found::{Found, find, find_own, may_change, read_own};
pub use image_body::ImageBody;
pub use product_body::{ProductBody, ProductRow, SizeBody};
pub use refusals::{SKU_TAKEN, SLUG_TAKEN};
pub use variant_body::VariantBody;
