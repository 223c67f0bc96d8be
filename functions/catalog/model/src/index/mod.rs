//! The index by which products are found: where its files are, what changes it, and how it is asked for.
//!
//! What is in the files is known to the crate `catalog-index` alone, which this one does not link.

mod files;
mod keys;
mod store;
mod touched;

pub use files::{IndexFile, IndexFiles};
pub use store::IndexWishes;
pub use touched::Touched;
