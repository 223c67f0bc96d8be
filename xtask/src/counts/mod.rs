//! What a warm call costs, counted and not timed: steps, calls of AWS, write and read units.
//!
//! A [`recorder`] stands between the measured function and the emulator. The [`gate`] holds answers back, which tells calls that
//! wait for one another from calls that are under way together. [`units`] says what DynamoDB charges for a call. The [`budget`]
//! of each function is in its area's page, and [`table`] holds what was counted against it.

pub(crate) mod budget;
pub(crate) mod gate;
pub(crate) mod item_size;
pub(crate) mod recorder;
pub(crate) mod table;
pub(crate) mod tally;
pub(crate) mod units;
