//! What a report says: its head, the figures of the days, and tables.

mod chart;
mod period;
mod table;

pub use chart::{Chart, Series, Shape};
use jiff::Timestamp;
pub use period::Period;
pub use table::{Cell, Column, Heading, Kind, Table};

use crate::words::Language;

/// A report on a month, as data.
///
/// Texts may be of any script and hold anything: what cannot be printed is shown as a box or as `�`.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What the report is about: "Monthly report".
    pub title: String,
    /// The name of the installation that it is about.
    pub product: String,
    /// The days that it is about.
    pub period: Period,
    /// The language of its fixed texts, its numbers and its dates.
    pub language: Language,
    /// When it was made. The same report made at the same time is the same file.
    pub generated_at: Timestamp,
    /// Figures of the days, each a chart.
    pub charts: Vec<Chart>,
    /// Tables that are at hand. Long ones are handed over row by row instead.
    pub tables: Vec<Table>,
}
