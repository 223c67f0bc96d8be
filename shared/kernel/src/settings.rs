//! Settings: what an installation sets in the environment of its functions.
//!
//! Each concern reads its own [`Section`]. A function checks the sections it works with before it takes its first event: with
//! a setting that is missing or makes no sense it does not start, so it never fails open.

use std::ops::RangeInclusive;

use thiserror::Error;

/// Settings that belong together.
pub trait Section: Sized + Send + Sync + 'static {
    /// Reads the section from the environment. Each field's comment names its variable.
    fn read(environment: &Environment) -> Result<Self, BadSetting>;
}

/// Whether a section can be read: `check::<S>`.
pub type Check = fn(&Environment) -> Result<(), BadSetting>;

/// Reads a section and forgets it.
pub fn check<S: Section>(environment: &Environment) -> Result<(), BadSetting> {
    S::read(environment).map(drop)
}

/// A setting that is missing or makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the environment variable {name} {problem}")]
pub struct BadSetting {
    name: &'static str,
    problem: &'static str,
}

impl BadSetting {
    /// What is wrong with a variable, as the end of a sentence about it. It does not repeat the value, which may be secret.
    pub const fn new(name: &'static str, problem: &'static str) -> Self {
        Self { name, problem }
    }
}

/// The place that settings are read from.
pub struct Environment(Box<LookUp>);

/// Finds the value of a variable.
type LookUp = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    /// An environment in which `look_up` finds the values.
    pub fn new(look_up: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Box::new(look_up))
    }

    /// A text that may be left out or empty.
    pub fn optional(&self, name: &'static str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// Reads a text that must be set.
    pub fn text(&self, name: &'static str) -> Result<String, BadSetting> {
        let value = self.optional(name);
        value.ok_or(BadSetting::new(name, "is not set"))
    }

    /// A whole number of a range.
    pub fn number(
        &self,
        name: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<i64, BadSetting> {
        let value: Option<i64> = self.text(name)?.parse().ok();
        value
            .filter(|value| range.contains(value))
            .ok_or(BadSetting::new(name, "is not a number in its range"))
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Environment")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(value: Option<&'static str>) -> Environment {
        Environment::new(move |_| value.map(str::to_owned))
    }

    #[test]
    fn abuse_046_a_missing_or_blank_setting_is_refused() {
        for value in [None, Some(""), Some("  ")] {
            let error = environment(value).text("APP_NAME").unwrap_err();
            assert_eq!(
                error.to_string(),
                "the environment variable APP_NAME is not set"
            );
            assert_eq!(environment(value).optional("APP_NAME"), None);
        }
    }

    #[test]
    fn abuse_046_a_number_out_of_its_range_is_refused() {
        for value in ["0", "-5", "11", "1.5", "forever"] {
            let error = environment(Some(value))
                .number("MINUTES", 1..=10)
                .unwrap_err();
            assert!(!error.to_string().contains(value), "{error}");
        }
        assert_eq!(environment(Some("10")).number("MINUTES", 1..=10), Ok(10));
    }
}
