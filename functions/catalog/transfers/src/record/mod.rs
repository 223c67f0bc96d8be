//! What a file says of a category, a product or a variant: one record each, with the same fields in both formats.

mod cells;
mod columns;
mod fields;

pub(crate) use cells::{cells_of, fields_of};
pub(crate) use columns::{COLUMNS, Column, Record};
pub(crate) use fields::{category, product, variant};
