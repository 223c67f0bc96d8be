//! Tables and their cells.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::Error;

/// Columns of a table at most: more are too narrow on A4 to be read.
pub(crate) const MAX_COLUMNS: usize = 16;

/// A table that is at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What stands above the rows.
    pub heading: Heading,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands above the rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// What the rows are.
    pub title: String,
    /// The columns, 16 at most.
    pub columns: Vec<Column>,
    /// Whether a last row adds up the columns of numbers and durations. A CSV file has none: it would be taken for data.
    pub has_totals: bool,
}

impl Heading {
    /// Refuses a table without columns, or with more than a page has room for.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.columns.len() {
            1..=MAX_COLUMNS => Ok(()),
            found => Err(Error::Columns { found }),
        }
    }

    /// Refuses a row that has not a cell for every column.
    pub(crate) fn check_row(&self, row: &[Cell]) -> Result<(), Error> {
        let (found, expected) = (row.len(), self.columns.len());
        if found == expected {
            Ok(())
        } else {
            Err(Error::Cells { found, expected })
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name in the header row.
    pub name: String,
    /// What its cells are.
    pub kind: Kind,
}

impl Column {
    /// A column of texts, days or times.
    pub fn text(name: impl Into<String>) -> Self {
        Self::new(name, Kind::Text)
    }

    /// A column of counts.
    pub fn number(name: impl Into<String>) -> Self {
        Self::new(name, Kind::Number)
    }

    /// A column of durations.
    pub fn duration(name: impl Into<String>) -> Self {
        Self::new(name, Kind::Duration)
    }

    fn new(name: impl Into<String>, kind: Kind) -> Self {
        let name = name.into();
        Self { name, kind }
    }
}

/// What the cells of a column are: it says on which side they stand, and whether they add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Texts, days and times, on the left.
    Text,
    /// Counts, on the right.
    Number,
    /// Durations, on the right; seconds in CSV.
    Duration,
}

/// A value in a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// There is no value.
    Empty,
    /// A text of any script.
    Text(String),
    /// A count.
    Number(u64),
    /// How long something took.
    Duration(Duration),
    /// A day.
    Day(Date),
    /// A point in time, which is shown in UTC.
    Time(Timestamp),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Duration> for Cell {
    fn from(duration: Duration) -> Self {
        Self::Duration(duration)
    }
}

impl From<Date> for Cell {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl From<Timestamp> for Cell {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}
