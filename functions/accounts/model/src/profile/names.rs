//! What people are called.

use std::fmt;

use kernel::input;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

/// The longest first or last name, in characters; the old systems' column width.
const MAX_NAME: usize = 150;
/// Bounds of a username, in characters.
const USERNAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=150;

/// A first or last name: whatever a passport may hold, in any script and with any mark (`a/l`, `S/o`, `S:son`). May be empty:
/// not everybody has two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

/// A name to log in with. Two that differ in case alone are the same ([`input::caseless`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

/// The reason why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidName {
    /// More characters than are kept.
    #[error("This name is too long. It may contain at most {MAX_NAME} characters.")]
    TooLong,
    /// Nothing that is seen, a character that controls or turns the others, or one that only markup and links have.
    #[error("This name contains characters that names do not have.")]
    Characters,
    /// The text has not the form of a username.
    #[error("A username has 3 to 150 characters: letters, digits and . + - _")]
    Username,
}

impl Name {
    /// Reads a name: without blanks and marks of direction at its ends, NFC, inner white space as it is.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let is_blank = text.trim().is_empty();
        let text = input::unwrapped(text);
        let name: String = text.nfc().take(MAX_NAME + 1).collect();
        if name.chars().count() > MAX_NAME {
            return Err(InvalidName::TooLong);
        }
        let is_seen = is_blank || input::is_visible(&name);
        let is_markup = name.contains(['<', '>', '\\', '@']) || name.contains("//");
        if !is_seen || is_markup || !input::stays_in_line(&name) {
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
    /// Reads a username that somebody chooses. An `@` is refused, so that no username can be taken for an e-mail address, and
    /// so is what nobody sees.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let username = Self::typed(text)?;
        let hides = username.0.chars().any(input::is_invisible);
        (!hides).then_some(username).ok_or(InvalidName::Username)
    }

    /// Reads a username that somebody logs in with. It may be one from before what nobody sees was refused.
    pub(crate) fn typed(text: &str) -> Result<Self, InvalidName> {
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
        input::caseless(&self.0)
    }

    /// The form that had to be unique before: names that differ in it may be the same now.
    pub(crate) fn lower_case(&self) -> String {
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
    use proptest::prelude::*;

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
            "Arun a/l Raman",
            "Singh S/o Kaur",
            "Karl S:son",
            "Seán \"Jack\" (Óg)",
            "葛\u{e0100}",
            "می\u{200c}ترا",
            "हिन्दी",
            "Ṇ\u{303}",
        ] {
            assert_eq!(Name::parse(name).unwrap().as_str(), name.trim());
        }
    }

    #[test]
    fn a_name_is_seen_and_turns_nothing() {
        for name in [
            "\u{200b}",
            "\u{3164}",
            "\u{2800} \u{200d}",
            "\u{fe0f}",
            "Ann\u{202e}eve",
            "Ann\u{2067}eve",
            "Ann\u{2028}eve",
        ] {
            assert_eq!(Name::parse(name), Err(InvalidName::Characters), "{name:?}");
        }
        let pasted = Name::parse("\u{2068}\u{202a}Ann\u{202c}\u{2069} \u{200e}").unwrap();
        assert_eq!(pasted.as_str(), "Ann");
        assert_eq!(Name::parse(" \t").unwrap().as_str(), "");
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
        let folded = |text| Username::parse(text).unwrap().folded();

        assert_eq!(folded("Ann.Miller"), "ann.miller");
        assert_eq!(folded("ΝΙΚΟΣ.ΠΑΠΑΣ"), folded("νικος.παπας"));
        assert_eq!(folded("STRASSE"), folded("straße"));
        assert_ne!(folded("rené"), folded("rene"));
        for username in [
            "ab",
            "ann@example.com",
            "ann miller",
            "ann/..",
            "\u{3164}\u{3164}\u{3164}",
            "ann\u{115f}",
            &"a".repeat(151),
        ] {
            assert!(Username::parse(username).is_err(), "{username:?}");
        }
    }

    proptest! {
        #[test]
        fn names_with_one_lower_case_are_one(text in "[\\p{L}\\p{N}.+_-]{3,30}") {
            if let Ok(username) = Username::parse(&text) {
                prop_assert_eq!(Username::parse(username.as_str()), Ok(username.clone()));
                prop_assert_eq!(input::caseless(&username.lower_case()), username.folded());
            }
        }
    }
}
