//! Stock keeping units: the seller's own names of what is sold.

use std::fmt;
use std::str::FromStr;

use kernel::input::{caseless, fold};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest one, in characters.
const MOST: usize = 64;

/// A stock keeping unit, as its seller spells it. Two that differ in case alone, or in the width of their letters, are one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sku(String);

/// A text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidSku {
    /// Nothing was given.
    #[error("This field is required.")]
    Missing,
    /// It is too long, or has other characters.
    #[error("Enter letters, digits, and - _ . / + between, 64 at most.")]
    Malformed,
}

impl Sku {
    /// The text, as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which it is compared.
    pub fn key(&self) -> String {
        caseless(&self.0)
    }
}

impl FromStr for Sku {
    type Err = InvalidSku;

    fn from_str(text: &str) -> Result<Self, InvalidSku> {
        let text = fold(text.trim());
        if text.is_empty() {
            return Err(InvalidSku::Missing);
        }
        let is_inner = |character: char| character.is_alphanumeric() || "-_./+".contains(character);
        let is_ended = |end: Option<char>| end.is_some_and(char::is_alphanumeric);
        let mut characters = text.chars();
        let is_one = text.chars().count() <= MOST
            && text.chars().all(is_inner)
            && is_ended(text.chars().next())
            && is_ended(characters.next_back());
        if is_one {
            Ok(Self(text))
        } else {
            Err(InvalidSku::Malformed)
        }
    }
}

impl PartialEq for Sku {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Sku {}

impl fmt::Display for Sku {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sku_is_kept_as_typed_and_compared_without_case() {
        let typed: Sku = " Tea-Green/250g ".parse().unwrap();
        assert_eq!(typed.as_str(), "Tea-Green/250g");
        for same in ["TEA-GREEN/250G", "tea-green/250g", "Ｔea\u{2011}Green/250g"] {
            assert_eq!(same.parse::<Sku>().unwrap(), typed, "{same}");
        }
        assert_ne!("tea-green/250".parse::<Sku>().unwrap(), typed);
    }

    #[test]
    fn what_is_none_is_refused() {
        for nothing in ["", "  ", "\u{200b}"] {
            assert_eq!(
                nothing.parse::<Sku>(),
                Err(InvalidSku::Missing),
                "{nothing:?}"
            );
        }
        let long = "x".repeat(65);
        for wrong in [
            "a b", "-a", "a-", "a#b", "a\nb", "<a>", "'a'", "a,b", "..", &long,
        ] {
            assert_eq!(
                wrong.parse::<Sku>(),
                Err(InvalidSku::Malformed),
                "{wrong:?}"
            );
        }
    }
}
