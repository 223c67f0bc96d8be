//! The contract of lists and search of products, and of their index.

mod lists;
