//! The job of stocks.

mod send_low_stock;

pub(crate) use send_low_stock::send_low_stock;
