//! Products.

mod attributes;
mod keys;
mod rules;
mod store;

pub use attributes::{Attributes, InvalidAttributes};
pub use rules::{Dimensions, InvalidPrice, MOST_CATEGORIES, Price, Product, ProductId};
pub use store::{ProductOutcome, Products};
