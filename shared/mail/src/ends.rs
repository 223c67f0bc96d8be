//! When something ends, in words for people.

use jiff::Timestamp;

/// "in 10 minutes, at 14:32 UTC".
pub struct Ends {
    /// The time that is left, such as "10 minutes".
    pub left: String,
    /// "at 14:32 UTC", with the day where it may be another one than the reader's.
    pub moment: String,
}

impl Ends {
    /// What is left at `now`, to the nearest minute, hour or day: whichever has two digits at most.
    pub fn new(ends_at: Timestamp, now: Timestamp) -> Self {
        let seconds = ends_at.duration_since(now).as_secs().max(0);
        let minutes = (seconds + 30) / 60;
        let hours = (seconds + 1_800) / 3_600;

        let left = match (minutes, hours) {
            (0, _) => "less than a minute".to_owned(),
            (1..=99, _) => counted(minutes, "minute"),
            (_, ..=48) => counted(hours, "hour"),
            _ => counted((hours + 12) / 24, "day"),
        };
        let format = if minutes <= 99 {
            "at %H:%M UTC"
        } else {
            "on %-d %B %Y at %H:%M UTC"
        };
        Self {
            left,
            moment: ends_at.strftime(format).to_string(),
        }
    }
}

/// A moment in full, for what has happened.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M:%S UTC").to_string()
}

fn counted(count: i64, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_time_left_is_said_to_the_nearest_unit() {
        let now: Timestamp = "2026-03-01T23:50:02Z".parse().unwrap();
        for (seconds, left, moment) in [
            (-5, "less than a minute", "at 23:49 UTC"),
            (29, "less than a minute", "at 23:50 UTC"),
            (60, "1 minute", "at 23:51 UTC"),
            (598, "10 minutes", "at 00:00 UTC"),
            (7_200, "2 hours", "on 2 March 2026 at 01:50 UTC"),
            (86_400, "24 hours", "on 2 March 2026 at 23:50 UTC"),
            (604_800, "7 days", "on 8 March 2026 at 23:50 UTC"),
        ] {
            let ends = Ends::new(now + SignedDuration::from_secs(seconds), now);

            assert_eq!((ends.left.as_str(), ends.moment.as_str()), (left, moment));
        }
    }
}
