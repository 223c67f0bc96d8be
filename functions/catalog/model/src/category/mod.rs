//! Categories: a tree that products are found in.
//!
//! They are few, and read all at once. Whatever changes one of them counts the tree's version up on the condition that it is
//! the one that was read, so a rule about several categories (no cycle, eight levels, nothing below what is deleted) holds
//! whatever others do at the same moment.

mod gates;
mod keys;
mod rules;
mod store;

pub use rules::{Category, CategoryId, DEEPEST, MisplacedCategory, Tree};
pub use store::{Categories, CategoryOutcome, ReadTree, TreeChange};

pub(crate) use keys::ALL;
