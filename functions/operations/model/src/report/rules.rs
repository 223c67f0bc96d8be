use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::task::RETENTION;
use serde::{Deserialize, Serialize};

use super::month::Month;

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Registrations and log-ins, as the audit log has them.
    Activity,
    /// What became of mails.
    Mail,
    /// What became of tasks.
    Tasks,
}

/// There is no report on a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreported {
    /// It has not begun.
    #[error("Enter a month that has begun.")]
    Future,
    /// Nothing is kept from it any more.
    #[error("Nothing is kept from that month any more: enter {0} or later.")]
    Forgotten(Month),
}

impl ReportKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Activity, Self::Mail, Self::Tasks];

    /// Its name in requests and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Mail => "mail",
            Self::Tasks => "tasks",
        }
    }

    /// How long what it is made of is kept, where the audit log is kept for so long.
    fn kept(self, audit_retention: SignedDuration) -> SignedDuration {
        match self {
            Self::Activity => audit_retention,
            // From the end of a task on, so that of a day on which one was asked for nothing goes earlier.
            Self::Mail | Self::Tasks => RETENTION,
        }
    }

    /// The first day of which nothing is gone yet.
    pub fn whole_since(self, now: Timestamp, audit_retention: SignedDuration) -> Date {
        let oldest = (now - self.kept(audit_retention)).to_zoned(TimeZone::UTC);
        oldest.date().tomorrow().unwrap_or(Date::MAX)
    }

    /// Checks that there can be a report on a month.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn check(
        self,
        month: Month,
        now: Timestamp,
        audit_retention: SignedDuration,
    ) -> Result<(), Unreported> {
        let since = self.whole_since(now, audit_retention);
        if month.first() > now.to_zoned(TimeZone::UTC).date() {
            Err(Unreported::Future)
        } else if month.last() < since {
            Err(Unreported::Forgotten(Month::of(since)))
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for ReportKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn a_report_is_on_a_month_that_has_begun_and_is_remembered() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let check = |kind: ReportKind, text| kind.check(month(text), now, YEAR);

        for kind in ReportKind::ALL {
            assert_eq!(check(kind, "2026-11"), Ok(()));
            assert_eq!(check(kind, "2026-12"), Err(Unreported::Future));
        }
        assert_eq!(check(ReportKind::Activity, "2025-11"), Ok(()));
        let forgotten = Err(Unreported::Forgotten(month("2025-11")));
        assert_eq!(check(ReportKind::Activity, "2025-10"), forgotten);
        assert_eq!(check(ReportKind::Tasks, "2026-10"), Ok(()));
        let forgotten = Err(Unreported::Forgotten(month("2026-10")));
        assert_eq!(check(ReportKind::Mail, "2026-09"), forgotten);
    }

    #[test]
    fn a_day_of_which_a_part_is_gone_does_not_count() {
        let now: Timestamp = "2026-11-21T00:00:01Z".parse().unwrap();

        let since = ReportKind::Tasks.whole_since(now, YEAR);
        assert_eq!(since.to_string(), "2026-10-23");
    }

    #[test]
    fn a_kind_is_stored_by_its_name() {
        for kind in ReportKind::ALL {
            let stored = serde_json::to_value(kind).unwrap();
            assert_eq!(stored, kind.as_str());
        }
    }
}
