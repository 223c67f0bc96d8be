//! Days, months and times.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Language;
use crate::data::Period;

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

impl Language {
    fn month(self, day: Date) -> &'static str {
        let names = match self {
            Self::English => ENGLISH,
            Self::German => GERMAN,
        };
        names[usize::from(day.month().unsigned_abs()) - 1]
    }

    /// A month, and which days of it where some are missing.
    pub(crate) fn period(self, period: Period) -> String {
        let last = period.last();
        let month = format!("{} {}", self.month(last), last.year());
        match (self, period.is_whole(), last.day()) {
            (_, true, _) => month,
            (Self::English, _, 1) => format!("1 {month}"),
            (Self::German, _, 1) => format!("1. {month}"),
            (Self::English, _, day) => format!("1–{day} {month}"),
            (Self::German, _, day) => format!("1.–{day}. {month}"),
        }
    }

    /// A day in a table. Days of one column are as wide as each other, and their order is that of their letters in English.
    pub(crate) fn day(self, day: Date) -> String {
        let (year, month, day) = (day.year(), day.month(), day.day());
        match self {
            Self::English => format!("{year:04}-{month:02}-{day:02}"),
            Self::German => format!("{day:02}.{month:02}.{year:04}"),
        }
    }

    /// A time in a table, in UTC.
    pub(crate) fn time(self, time: Timestamp) -> String {
        let time = time.to_zoned(TimeZone::UTC);
        let (hour, minute) = (time.hour(), time.minute());
        format!("{} {hour:02}:{minute:02}", self.day(time.date()))
    }

    /// When the report was made.
    pub(crate) fn made_at(self, time: Timestamp) -> String {
        match self {
            Self::English => format!("Generated {} UTC", self.time(time)),
            Self::German => format!("Erstellt {} UTC", self.time(time)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use Language::{English, German};

    #[test]
    fn a_period_says_which_days_it_has() {
        let month = Period::month(2026, 3).unwrap();
        let begun = Period::to_date(date(2026, 3, 12));
        let first = Period::to_date(date(2026, 3, 1));

        assert_eq!(English.period(month), "March 2026");
        assert_eq!(German.period(month), "März 2026");
        assert_eq!(English.period(begun), "1–12 March 2026");
        assert_eq!(German.period(begun), "1.–12. März 2026");
        assert_eq!(English.period(first), "1 March 2026");
        assert_eq!(German.period(first), "1. März 2026");
    }

    #[test]
    fn a_time_is_that_of_utc() {
        let time: Timestamp = "2026-12-01T02:05:59+01:00".parse().unwrap();

        assert_eq!(English.made_at(time), "Generated 2026-12-01 01:05 UTC");
        assert_eq!(German.made_at(time), "Erstellt 01.12.2026 01:05 UTC");
    }
}
