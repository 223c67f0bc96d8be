//! Products.

mod attributes;
mod rules;

pub use attributes::{Attributes, InvalidAttributes};
pub use rules::{Dimensions, InvalidPrice, MOST_CATEGORIES, Price, Product, ProductId};
