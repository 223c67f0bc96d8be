//! The rules and the storage of what is sold.
//!
//! [`category`] is the tree that a [`product`] is found in. A [`slug`] names a category or a product in an address.

pub mod actions;
pub mod category;
pub mod permissions;
pub mod product;
pub mod sku;
pub mod slug;
mod table;
pub mod text;
