//! The days of a report.

use jiff::civil::Date;

/// Days of one month, from the first on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    last: Date,
}

impl Period {
    /// A whole month. There is none where the month is not one of a calendar.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        Some(Self::to_date(first.last_of_month()))
    }

    /// A month from its first day to this one.
    pub fn to_date(last: Date) -> Self {
        Self { last }
    }

    /// The first day.
    pub fn first(self) -> Date {
        self.last.first_of_month()
    }

    /// The last day.
    pub fn last(self) -> Date {
        self.last
    }

    /// The number of days.
    pub fn days(self) -> usize {
        usize::from(self.last.day().unsigned_abs())
    }

    /// Whether no day of the month is missing.
    pub fn is_whole(self) -> bool {
        self.last == self.last.last_of_month()
    }

    /// All days, in order.
    pub fn iter(self) -> impl Iterator<Item = Date> {
        self.first()
            .series(jiff::Span::new().days(1))
            .take(self.days())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_has_all_its_days() {
        let february = Period::month(2028, 2).unwrap();

        assert_eq!(february.days(), 29);
        assert!(february.is_whole());
        assert_eq!(february.iter().last(), Some(date(2028, 2, 29)));
        assert_eq!(Period::month(2028, 13), None);
    }

    #[test]
    fn a_month_to_date_ends_with_its_day() {
        let begun = Period::to_date(date(2026, 11, 1));

        assert!(!begun.is_whole());
        assert_eq!(begun.iter().collect::<Vec<_>>(), [date(2026, 11, 1)]);
    }
}
