use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A month, as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first: Date,
}

impl Month {
    /// Reads a month. There is one way to write it.
    ///
    /// # Errors
    /// What to enter, where it is none.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let first: Result<Date, _> = format!("{text}-01").parse();
        let read = first.map(Self::of).ok();
        read.filter(|month| month.to_string() == text)
            .ok_or("Enter a month such as 2026-11.")
    }

    /// The month that a day is in.
    pub fn of(day: Date) -> Self {
        let first = day.first_of_month();
        Self { first }
    }

    /// Its first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.first.last_of_month()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        write!(formatter, "{year:04}-{month:02}")
    }
}

impl TryFrom<String> for Month {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_it_is_written() {
        for text in ["2026-11", "2028-02", "0001-01"] {
            assert_eq!(Month::parse(text).unwrap().to_string(), text);
        }
        for wrong in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-1",
            "202611",
            "2026-11-01",
            "26-11",
            "-2026-11",
            "2026-11 ",
            "２０２６-11",
        ] {
            assert_eq!(
                Month::parse(wrong),
                Err("Enter a month such as 2026-11."),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_month_has_its_first_and_last_day() {
        let february = Month::parse("2028-02").unwrap();

        assert_eq!(february.first().to_string(), "2028-02-01");
        assert_eq!(february.last().to_string(), "2028-02-29");
    }
}
