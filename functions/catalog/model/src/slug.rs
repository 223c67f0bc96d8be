//! Slugs: names in an address.

use std::fmt;
use std::str::FromStr;

use kernel::input::searched;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest slug, in characters.
pub const MOST: usize = 100;

/// A name in an address: letters without accents and digits, of any script, in lower case, with single hyphens between.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

/// A text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter letters and digits in lower case, with single hyphens between, 100 at most.")]
pub struct InvalidSlug;

impl Slug {
    /// The slug of a name; `None` where the name has neither letter nor digit. A name that is too long is cut, between two words
    /// if it has some.
    pub fn of(name: &str) -> Option<Self> {
        let mut slug = String::new();
        for word in words(name) {
            let used = slug.chars().count();
            let room = MOST - used - usize::from(used > 0).min(MOST - used);
            if used == 0 {
                slug.extend(word.chars().take(room));
            } else if word.chars().count() <= room {
                slug.push('-');
                slug.push_str(&word);
            } else {
                break;
            }
        }
        (!slug.is_empty()).then_some(Self(slug))
    }

    /// The same with a few characters of an id behind it, for one of two things of the same name.
    #[must_use]
    pub fn told_apart(&self, id: impl fmt::Display) -> Self {
        // The end of an id is random; its beginning is a moment.
        let id = id.to_string();
        let tail = &id[id.len() - TAIL..];
        let kept: String = self.0.chars().take(MOST - TAIL - 1).collect();
        Self(format!("{}-{tail}", kept.trim_end_matches('-')))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The characters of an id that tell two things of one name apart.
const TAIL: usize = 6;

/// The words of a text, as they stand in a slug.
fn words(text: &str) -> Vec<String> {
    let folded = searched(text);
    let words = folded.split(|character: char| !character.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let is_one = text.chars().count() <= MOST && words(text).join("-") == text;
        if is_one && !text.is_empty() {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug)
        }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_of_any_script_has_a_slug() {
        for (name, slug) in [
            ("Garden & Tools", "garden-tools"),
            ("  Käse, Öl  ", "kase-ol"),
            ("STRASSE 5", "strasse-5"),
            ("Ελληνικά", "ελληνικα"),
            ("日本茶", "日本茶"),
            ("Чай/кофе", "чаи-кофе"),
            ("USB-C--cable", "usb-c-cable"),
            ("１２３", "123"),
            ("a\u{200b}b", "ab"),
        ] {
            assert_eq!(Slug::of(name).unwrap().as_str(), slug, "{name}");
        }
        for nothing in ["", "—", "!!!", "\u{200b}", "🙂"] {
            assert_eq!(Slug::of(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_words() {
        let words = Slug::of(&"seven77 ".repeat(30)).unwrap();
        assert_eq!(words.as_str(), ["seven77"; 12].join("-"));
        let one_word = Slug::of(&"x".repeat(200)).unwrap();
        assert_eq!(one_word.as_str(), "x".repeat(MOST));
    }

    #[test]
    fn of_two_things_of_one_name_one_has_a_part_of_its_id() {
        let id = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
        let tea = Slug::of("Tea").unwrap();
        assert_eq!(tea.told_apart(id).as_str(), "tea-1f4e11");
        let long = Slug::of(&"x".repeat(200)).unwrap().told_apart(id);
        assert_eq!(long.as_str().chars().count(), MOST);
    }

    #[test]
    fn what_is_not_in_the_form_of_a_slug_is_refused() {
        for wrong in [
            "",
            "-",
            "a--b",
            "-a",
            "a-",
            "A",
            "ä",
            "a b",
            "a_b",
            "a/b",
            "..",
            "a\u{0}",
            "a%20b",
            &"x".repeat(MOST + 1),
        ] {
            assert_eq!(wrong.parse::<Slug>(), Err(InvalidSlug), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_made_is_a_slug(name in ".{0,200}") {
            if let Some(slug) = Slug::of(&name) {
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
                let other = slug.told_apart("019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11");
                prop_assert_eq!(other.as_str().parse::<Slug>(), Ok(other.clone()));
            }
        }
    }
}
