//! The functions of the kinds of tasks.

mod add;
mod process_data;
mod run_long;

pub(crate) use add::add;
pub(crate) use process_data::process_data;
pub(crate) use run_long::run_long;
