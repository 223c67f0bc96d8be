//! When something ends, in words for people.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::language::Language;

/// "in 10 minutes, at 14:32 UTC".
pub struct Ends {
    /// The time that is left, as it stands behind "in": "10 minutes", and in the German dative "10 Minuten", "7 Tagen".
    pub left: String,
    /// "at 14:32 UTC", with the day where it may be another one than the reader's.
    pub moment: String,
}

/// A unit of time in all languages: one of it, and several.
struct Unit {
    english: [&'static str; 2],
    /// These are datives.
    german: [&'static str; 2],
}

const MINUTE: Unit = Unit {
    english: ["minute", "minutes"],
    german: ["Minute", "Minuten"],
};
const HOUR: Unit = Unit {
    english: ["hour", "hours"],
    german: ["Stunde", "Stunden"],
};
const DAY: Unit = Unit {
    english: ["day", "days"],
    german: ["Tag", "Tagen"],
};

/// The months as German names them; the library names them in English.
const GERMAN_MONTHS: [&str; 12] = [
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

impl Ends {
    /// What is left at `now`, to the nearest minute, hour or day: whichever has two digits at most.
    pub fn new(ends_at: Timestamp, now: Timestamp, language: Language) -> Self {
        let seconds = ends_at.duration_since(now).as_secs().max(0);
        let minutes = (seconds + 30) / 60;
        let hours = (seconds + 1_800) / 3_600;

        let left = match (minutes, hours) {
            (0, _) => less_than_a_minute(language).to_owned(),
            (1..=99, _) => counted(minutes, &MINUTE, language),
            (_, ..=48) => counted(hours, &HOUR, language),
            _ => counted((hours + 12) / 24, &DAY, language),
        };
        let time = ends_at.strftime("%H:%M UTC");
        let is_soon = minutes <= 99;
        let moment = match language {
            Language::English if is_soon => format!("at {time}"),
            Language::English => format!("on {} at {time}", day(ends_at, language)),
            Language::German if is_soon => format!("um {time}"),
            Language::German => format!("am {} um {time}", day(ends_at, language)),
        };
        Self { left, moment }
    }
}

/// A moment in full, for what has happened.
pub fn moment(at: Timestamp, language: Language) -> String {
    let (day, time) = (day(at, language), at.strftime("%H:%M:%S UTC"));
    match language {
        Language::English => format!("{day}, {time}"),
        Language::German => format!("{day} um {time}"),
    }
}

/// The day of a moment, by UTC.
fn day(at: Timestamp, language: Language) -> String {
    let date = at.to_zoned(TimeZone::UTC).date();
    match language {
        Language::English => date.strftime("%-d %B %Y").to_string(),
        Language::German => {
            let month = GERMAN_MONTHS[usize::from(date.month().unsigned_abs()) - 1];
            format!("{}. {month} {}", date.day(), date.year())
        }
    }
}

fn less_than_a_minute(language: Language) -> &'static str {
    match language {
        Language::English => "less than a minute",
        Language::German => "weniger als einer Minute",
    }
}

fn counted(count: i64, unit: &Unit, language: Language) -> String {
    let [one, several] = match language {
        Language::English => unit.english,
        Language::German => unit.german,
    };
    format!("{count} {}", if count == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    /// What is said of so many seconds after the last minutes of a day.
    fn said(seconds: i64, language: Language) -> (String, String) {
        let now: Timestamp = "2026-03-01T23:50:02Z".parse().unwrap();
        let ends = Ends::new(now + SignedDuration::from_secs(seconds), now, language);
        (ends.left, ends.moment)
    }

    #[test]
    fn the_time_left_is_said_to_the_nearest_unit() {
        for (seconds, left, moment) in [
            (-5, "less than a minute", "at 23:49 UTC"),
            (29, "less than a minute", "at 23:50 UTC"),
            (60, "1 minute", "at 23:51 UTC"),
            (598, "10 minutes", "at 00:00 UTC"),
            (7_200, "2 hours", "on 2 March 2026 at 01:50 UTC"),
            (86_400, "24 hours", "on 2 March 2026 at 23:50 UTC"),
            (604_800, "7 days", "on 8 March 2026 at 23:50 UTC"),
        ] {
            let expected = (left.to_owned(), moment.to_owned());
            assert_eq!(said(seconds, Language::English), expected);
        }
    }

    #[test]
    fn in_german_the_time_left_stands_in_the_dative() {
        for (seconds, left, moment) in [
            (-5, "weniger als einer Minute", "um 23:49 UTC"),
            (60, "1 Minute", "um 23:51 UTC"),
            (598, "10 Minuten", "um 00:00 UTC"),
            (7_200, "2 Stunden", "am 2. März 2026 um 01:50 UTC"),
            (604_800, "7 Tagen", "am 8. März 2026 um 23:50 UTC"),
        ] {
            let expected = (left.to_owned(), moment.to_owned());
            assert_eq!(said(seconds, Language::German), expected);
        }
    }

    #[test]
    fn a_moment_is_said_in_full() {
        for (at, english, german) in [
            (
                "2026-01-31T14:02:03Z",
                "31 January 2026, 14:02:03 UTC",
                "31. Januar 2026 um 14:02:03 UTC",
            ),
            (
                "2026-12-01T00:00:00Z",
                "1 December 2026, 00:00:00 UTC",
                "1. Dezember 2026 um 00:00:00 UTC",
            ),
        ] {
            let at = at.parse().unwrap();
            assert_eq!(moment(at, Language::English), english);
            assert_eq!(moment(at, Language::German), german);
        }
    }
}
