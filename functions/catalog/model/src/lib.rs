//! The rules and the storage of what is sold.
//!
//! [`category`] is the tree that products are found in. A [`slug`] names a category or a product in an address.

pub mod actions;
pub mod category;
pub mod permissions;
pub mod slug;
pub mod text;
