//! The job of products.

mod clear_product;

pub(crate) use clear_product::clear_product;
