//! An export: the categories, and then, category by category, their products with all that is part of each.
//!
//! A product is read whole, at one moment, and stands in the file behind the first of its categories. Whatever is changed while the
//! file is written is in it as it was or as it became; a product that is moved meanwhile, from a category that is still to come into
//! one that is done, is not in it.

mod job;
mod order;
mod output;

pub(crate) use job::export_products;
