//! The words of a text. What is indexed and what is searched for come through here, so that both have one form.

use kernel::input::searched;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::entry::Entry;

/// The longest word, in characters: what is longer is cut, so that no one can fill the index with what nobody types.
const LONGEST: usize = 64;

/// The form in which texts are compared: without case, accents and width; ß is ss.
pub(crate) fn folded(text: &str) -> String {
    // Most texts are, and a hundred of them are folded with each request of somebody who has just changed as many.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    searched(text).replace('\u{2019}', "'")
}

/// The words of a folded text, in order. Of scripts without blanks each character is one.
pub(crate) fn split(folded: &str) -> Vec<String> {
    folded.unicode_words().map(cut).collect()
}

/// A folded text as one word, without what is neither letter nor digit at its ends.
pub(crate) fn whole(folded: &str) -> String {
    cut(folded.trim_matches(|character: char| !character.is_alphanumeric()))
}

fn cut(word: &str) -> String {
    word.chars().take(LONGEST).collect()
}

/// A field that words are searched in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// The name.
    Name,
    /// The stock keeping units.
    Sku,
    /// The descriptions.
    Text,
}

impl Field {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Name, Self::Sku, Self::Text];

    /// What a word that is found here counts: all words of a description together shall not outdo one of the name.
    pub(crate) const fn weight(self) -> u16 {
        match self {
            Self::Name | Self::Sku => 6,
            Self::Text => 1,
        }
    }
}

/// The words of an entry's field, passage by passage: a phrase lies within one. A stock keeping unit of several words is a
/// passage of these, and one that is all of it as a single word.
pub(crate) fn passages(entry: &Entry, field: Field) -> Vec<Vec<String>> {
    let passage = |text: &String| split(&folded(text));
    match field {
        Field::Name => vec![passage(&entry.name)],
        Field::Text => entry.texts.iter().map(passage).collect(),
        Field::Sku => {
            let mut passages = Vec::new();
            for sku in &entry.skus {
                let folded = folded(sku);
                let (parts, whole) = (split(&folded), vec![whole(&folded)]);
                if parts != whole && !whole[0].is_empty() {
                    passages.push(whole);
                }
                passages.push(parts);
            }
            passages
        }
    }
}

/// What a name is ordered by.
pub(crate) fn sort_key(name: &str) -> String {
    folded(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_one_form() {
        for (text, words) in [
            ("Émile’s Café", &["emile's", "cafe"][..]),
            ("STRASSE straße", &["strasse", "strasse"]),
            ("日本茶 tea", &["日", "本", "茶", "tea"]),
            ("wi-fi, 500g!", &["wi", "fi", "500g"]),
            ("🙂 * : \"", &[]),
        ] {
            assert_eq!(split(&folded(text)), words, "{text}");
        }
        assert_eq!(split(&"x".repeat(100))[0].len(), LONGEST);
    }

    #[test]
    fn ascii_is_folded_as_any_text() {
        let all: String = (0..128_u8).map(char::from).collect();
        assert_eq!(folded(&all), searched(&all));
        assert_eq!(folded(&format!("{all}é")), format!("{}e", folded(&all)));
    }

    #[test]
    fn a_unit_of_several_words_is_one_word_too() {
        assert_eq!(whole(&folded("(TEA-Green/250g)")), "tea-green/250g");
    }
}
