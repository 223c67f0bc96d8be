//! What people are called.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

/// The longest first or last name, in characters; the old systems' column width.
const MAX_NAME: usize = 150;
/// Bounds of a username, in characters.
const USERNAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=150;

/// A first or last name. May be empty: not everybody has two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

/// A name to log in with. Two that differ in case alone are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

/// The reason why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidName {
    /// More characters than are kept.
    #[error("This name is too long. It may contain at most {MAX_NAME} characters.")]
    TooLong,
    /// A control character, or one that only markup and links have.
    #[error("This name contains characters that names do not have.")]
    Characters,
    /// The text has not the form of a username.
    #[error("A username has 3 to 150 characters: letters, digits and . + - _")]
    Username,
}

impl Name {
    /// Reads a name: trimmed, NFC, inner white space as it is.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let name: String = text.trim().nfc().take(MAX_NAME + 1).collect();
        if name.chars().count() > MAX_NAME {
            return Err(InvalidName::TooLong);
        }
        if name
            .chars()
            .any(|character| character.is_control() || "<>\"\\/@:".contains(character))
        {
            return Err(InvalidName::Characters);
        }
        Ok(Self(name))
    }

    /// The name as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Username {
    /// Reads a username from a text. An `@` is refused, so that no username can be taken for an e-mail address.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let username: String = text.trim().nfkc().take(USERNAME_LENGTH.end() + 1).collect();
        let allowed = |character: char| character.is_alphanumeric() || ".+-_".contains(character);
        if !USERNAME_LENGTH.contains(&username.chars().count()) || !username.chars().all(allowed) {
            return Err(InvalidName::Username);
        }
        Ok(Self(username))
    }

    /// The text as it was chosen.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that must be unique.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_world_are_kept() {
        for name in [
            "",
            "Ann",
            "  Ann-Marie ",
            "O'Neill",
            "Łukasz",
            "محمد",
            "さくら",
            "Martin Luther Jr.",
        ] {
            assert_eq!(Name::parse(name).unwrap().as_str(), name.trim());
        }
    }

    #[test]
    fn markup_and_links_are_no_names() {
        for name in [
            "<b>Ann</b>",
            "http://evil.example",
            "Ann\r\nBcc: eve",
            "a@b",
            "\u{7}",
        ] {
            assert_eq!(Name::parse(name), Err(InvalidName::Characters), "{name:?}");
        }
        assert_eq!(Name::parse(&"a".repeat(151)), Err(InvalidName::TooLong));
    }

    #[test]
    fn usernames_are_compared_without_case() {
        assert_eq!(
            Username::parse("Ann.Miller").unwrap().folded(),
            "ann.miller"
        );
        for username in [
            "ab",
            "ann@example.com",
            "ann miller",
            "ann/..",
            &"a".repeat(151),
        ] {
            assert!(Username::parse(username).is_err(), "{username:?}");
        }
    }
}
