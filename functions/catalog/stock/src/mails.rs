//! The mail of this crate.

mod low_stock;

pub use low_stock::LowStockDigest;
