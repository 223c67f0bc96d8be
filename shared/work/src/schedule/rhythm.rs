use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// The moments at which a schedule is due, by the local time of the installation.
///
/// On the day on which clocks are put forward, a time that there is not comes an hour later; on the day on which they are put
/// back, a time that there is twice comes the first time. So a day has each of its slots once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Every so many minutes, from the full hour on. They divide an hour.
    EveryMinutes(i8),
    /// Every hour, at this minute.
    Hourly {
        /// The minute, from 0 to 59.
        minute: i8,
    },
    /// Every day.
    Daily {
        /// The hour, from 0 to 23.
        hour: i8,
        /// The minute, from 0 to 59.
        minute: i8,
    },
    /// Every month.
    Monthly {
        /// The day, from 1 to 28, which every month has.
        day: i8,
        /// The hour, from 0 to 23.
        hour: i8,
        /// The minute, from 0 to 59.
        minute: i8,
    },
}

impl Rhythm {
    /// The expression of EventBridge Scheduler.
    pub fn expression(self) -> String {
        match self {
            Self::EveryMinutes(minutes) => format!("cron(0/{minutes} * * * ? *)"),
            Self::Hourly { minute } => format!("cron({minute} * * * ? *)"),
            Self::Daily { hour, minute } => format!("cron({minute} {hour} * * ? *)"),
            Self::Monthly { day, hour, minute } => format!("cron({minute} {hour} {day} * ? *)"),
        }
    }

    /// The latest slot at a moment: that moment, or the last before it.
    pub fn latest(self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            // What comes every hour goes on by the clock of the world: an hour that is put back has its slots twice.
            Self::EveryMinutes(minutes) => floor(at, zone, i64::from(minutes.max(1)) * 60, 0),
            Self::Hourly { minute } => floor(at, zone, 3_600, i64::from(minute) * 60),
            Self::Daily { hour, minute } => {
                let today = at.to_zoned(zone.clone()).date();
                latest_of(
                    [Some(today), today.yesterday().ok()],
                    (hour, minute),
                    at,
                    zone,
                )
            }
            Self::Monthly { day, hour, minute } => {
                let today = at.to_zoned(zone.clone()).date();
                let on_day = |date: Date| date.with().day(day.clamp(1, 28)).build().ok();
                let before = today.first_of_month().yesterday().ok();
                let days = [on_day(today), before.and_then(on_day)];
                latest_of(days, (hour, minute), at, zone)
            }
        }
    }
}

/// The latest of these days' slots that is not after a moment.
fn latest_of(
    days: [Option<Date>; 2],
    (hour, minute): (i8, i8),
    at: Timestamp,
    zone: &TimeZone,
) -> Timestamp {
    let time = Time::new(hour, minute, 0, 0).unwrap_or_default();
    let slots = days.into_iter().flatten().filter_map(|day| {
        let local = DateTime::from_parts(day, time);
        local
            .to_zoned(zone.clone())
            .ok()
            .map(|slot| slot.timestamp())
    });
    slots
        .filter(|slot| *slot <= at)
        .max()
        .unwrap_or(Timestamp::MIN)
}

/// The last moment before another that is a whole number of steps, and so much more, from the full hour of the zone.
fn floor(at: Timestamp, zone: &TimeZone, step: i64, beyond: i64) -> Timestamp {
    let offset = i64::from(zone.to_offset(at).seconds());
    let local = at.as_second() + offset - beyond;
    let slot = local.div_euclid(step) * step + beyond - offset;
    Timestamp::from_second(slot).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn berlin() -> TimeZone {
        crate::schedule::settings::zone("Europe/Berlin").unwrap()
    }

    const NINE: Rhythm = Rhythm::Daily { hour: 9, minute: 0 };

    #[test]
    fn the_latest_slot_is_the_last_that_has_come() {
        for (rhythm, now, slot) in [
            (
                Rhythm::EveryMinutes(15),
                "2026-03-01T12:14:59Z",
                "2026-03-01T12:00:00Z",
            ),
            (
                Rhythm::EveryMinutes(15),
                "2026-03-01T12:15:00Z",
                "2026-03-01T12:15:00Z",
            ),
            (
                Rhythm::Hourly { minute: 20 },
                "2026-03-01T12:19:59Z",
                "2026-03-01T11:20:00Z",
            ),
            (
                Rhythm::Hourly { minute: 20 },
                "2026-03-01T12:20:00Z",
                "2026-03-01T12:20:00Z",
            ),
            (NINE, "2026-03-01T07:59:59Z", "2026-02-28T08:00:00Z"),
            (NINE, "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z"),
            (
                Rhythm::Monthly {
                    day: 1,
                    hour: 3,
                    minute: 0,
                },
                "2026-03-01T01:59:59Z",
                "2026-02-01T02:00:00Z",
            ),
            (
                Rhythm::Monthly {
                    day: 28,
                    hour: 3,
                    minute: 0,
                },
                "2026-03-27T12:00:00Z",
                "2026-02-28T02:00:00Z",
            ),
        ] {
            assert_eq!(
                rhythm.latest(at(now), &berlin()),
                at(slot),
                "{rhythm:?} {now}"
            );
        }
    }

    /// The slots of a rhythm between two moments, as they come minute by minute.
    fn slots(rhythm: Rhythm, from: &str, until: &str) -> Vec<String> {
        let (zone, mut found) = (berlin(), Vec::new());
        let mut now = at(from);
        while now < at(until) {
            let slot = rhythm.latest(now, &zone);
            if slot >= at(from) && found.last() != Some(&slot) {
                found.push(slot);
            }
            now += SignedDuration::from_mins(1);
        }
        let local = |slot: Timestamp| slot.to_zoned(zone.clone()).strftime("%d %H:%M").to_string();
        found.into_iter().map(local).collect()
    }

    #[test]
    fn abuse_088_on_both_days_on_which_clocks_are_changed_the_local_hour_is_right_and_comes_once() {
        // On 29 March, 2:00 becomes 3:00; on 25 October, 3:00 becomes 2:00.
        let spring = ("2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z");
        let autumn = ("2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z");
        assert_eq!(
            slots(NINE, spring.0, spring.1),
            ["28 09:00", "29 09:00", "30 09:00"]
        );
        assert_eq!(
            slots(NINE, autumn.0, autumn.1),
            ["24 09:00", "25 09:00", "26 09:00"]
        );
        // The hour that there is not, and the one that there is twice.
        let half_past_two = Rhythm::Daily {
            hour: 2,
            minute: 30,
        };
        assert_eq!(
            slots(half_past_two, spring.0, spring.1),
            ["28 02:30", "29 03:30", "30 02:30"]
        );
        assert_eq!(
            slots(half_past_two, autumn.0, autumn.1),
            ["24 02:30", "25 02:30", "26 02:30"]
        );
        // What comes every hour comes 23 and 25 times.
        let hourly = Rhythm::Hourly { minute: 0 };
        assert_eq!(
            slots(hourly, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z").len(),
            23
        );
        assert_eq!(
            slots(hourly, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z").len(),
            25
        );
    }

    #[test]
    fn expressions_are_those_of_eventbridge_scheduler() {
        for (rhythm, expression) in [
            (Rhythm::EveryMinutes(15), "cron(0/15 * * * ? *)"),
            (Rhythm::Hourly { minute: 5 }, "cron(5 * * * ? *)"),
            (NINE, "cron(0 9 * * ? *)"),
            (
                Rhythm::Monthly {
                    day: 1,
                    hour: 3,
                    minute: 0,
                },
                "cron(0 3 1 * ? *)",
            ),
        ] {
            assert_eq!(rhythm.expression(), expression);
        }
    }
}
