//! The rules and the storage of what is sold.
//!
//! [`category`] is the tree that a [`product`] is found in. A product has [`variant`]s, which are what is ordered, [`stock`] is
//! how many there are of each, [`image`] what a product looks like, and [`transfer`] all of it as a file. Products are found by an [`index`]. A [`slug`] names a category or a product in an address, a
//! [`sku`] a product or a variant for whoever sells it.

pub mod actions;
pub mod category;
mod changes;
pub mod image;
pub mod index;
pub mod jobs;
pub mod permissions;
pub mod product;
pub mod sku;
pub mod slug;
pub mod stock;
mod table;
pub mod text;
pub mod transfer;
pub mod variant;

pub use changes::{Field, differing, or_nothing};
