//! Products.

mod attributes;
pub(crate) mod keys;
mod listed;
mod moves;
mod rules;
mod store;
mod whole;

pub use attributes::{Attributes, InvalidAttributes};
pub use listed::Listed;
pub use moves::{Members, MoveOutcome};
pub use rules::{
    Dimensions, InvalidPrice, MOST_CATEGORIES, Price, Product, ProductId, TaxClass, UnknownTaxClass,
};
pub use store::{ProductOutcome, Products, SHOWN_TO_CHANGER, SkuOwner};
pub use whole::{Left, State, Whole};

pub(crate) use store::is_open;
