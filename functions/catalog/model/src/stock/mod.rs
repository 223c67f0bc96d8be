//! The stock of variants: how many pieces there are, and how that came.
//!
//! A stock is one item of the table `stock`, or up to [`MOST_PARTS`]: DynamoDB lets one transaction at a time have an item, so
//! that one item takes some forty orders a second. Whoever changes a stock writes its items and nothing else; the movements,
//! and what follows from a stock that runs low, are made of the table's stream.

mod keys;
mod low;
mod movement;
mod rules;
mod store;

pub use low::{LowStock, LowVariant};
pub use movement::{Movement, Movements, StockChange};
pub use rules::{Cause, Level, MOST_PARTS, MOST_PIECES, Part, Reason};
pub use store::{Stock, StockOutcome};
