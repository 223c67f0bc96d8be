//! What somebody types to find products.

use crate::words::{folded, split, whole};

/// The characters of an input that are read. A name has fewer.
pub const MOST_CHARACTERS: usize = 200;

/// The words of an input that are read: each is looked for among all words that there are.
pub const MOST_WORDS: usize = 10;

/// The words and phrases that an entry must have, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// What must be found, each of it.
    pub(crate) terms: Vec<Term>,
    /// Whether nothing but blanks was typed, which every entry has.
    is_blank: bool,
}

/// One thing that must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// A word: itself, the beginning of one, or one that is mistyped.
    Word(String),
    /// Words that something other than a blank joins: each of them, or all of it as a stock keeping unit.
    Joined {
        /// All of it.
        whole: String,
        /// Its words.
        parts: Vec<String>,
    },
    /// Words one after another, exactly.
    Phrase(Vec<String>),
}

impl Search {
    /// Reads what was typed: words, and phrases between quotation marks. Nothing else has a meaning, and nothing is refused: a
    /// mark without its other is none, and what is over the bounds is left out.
    pub fn parse(text: &str) -> Self {
        let text: String = text.chars().take(MOST_CHARACTERS).collect();
        let text = folded(&text).replace(['\u{201c}', '\u{201d}', '\u{201e}', '«', '»'], "\"");
        let mut search = Self {
            terms: Vec::new(),
            is_blank: text.trim().is_empty(),
        };
        let pieces: Vec<&str> = text.split('"').collect();
        let mut left = MOST_WORDS;
        for (place, piece) in pieces.iter().enumerate() {
            if place % 2 == 1 && place + 1 < pieces.len() {
                let words = some(split(piece), &mut left);
                search.terms.extend(phrase(words));
            } else {
                for chunk in piece.split_whitespace() {
                    let words = some(split(chunk), &mut left);
                    search.terms.extend(joined(chunk, words));
                }
            }
        }
        search
    }

    /// Whether it lets every entry through.
    pub fn is_blank(&self) -> bool {
        self.is_blank
    }
}

/// As many of the words as are left.
fn some(mut words: Vec<String>, left: &mut usize) -> Vec<String> {
    words.truncate(*left);
    *left -= words.len();
    words
}

fn phrase(words: Vec<String>) -> Option<Term> {
    (!words.is_empty()).then_some(Term::Phrase(words))
}

fn joined(chunk: &str, mut parts: Vec<String>) -> Option<Term> {
    match parts.len() {
        0 => None,
        1 => parts.pop().map(Term::Word),
        _ => Some(Term::Joined {
            whole: whole(chunk),
            parts,
        }),
    }
}

/// How a word is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// With one letter too many, too few, another, or two swapped.
    Typo,
    /// As the beginning of another.
    Prefix,
    /// As it is.
    Equal,
}

impl Kind {
    /// What it counts.
    pub(crate) const fn weight(self) -> u16 {
        match self {
            Self::Equal => 4,
            Self::Prefix => 2,
            Self::Typo => 1,
        }
    }
}

/// Whether other words may begin with this one: with a single letter half of them would.
pub(crate) fn has_prefix(word: &str) -> bool {
    word.chars().nth(1).is_some()
}

/// Whether it may be mistyped: with one letter changed, a short word is another one.
pub(crate) fn has_typos(word: &str) -> bool {
    word.chars().nth(4).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Term {
        Term::Word(text.to_owned())
    }

    fn phrase(words: &[&str]) -> Term {
        Term::Phrase(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn words_and_phrases_are_told_apart() {
        let search = Search::parse("Grüner “Tee aus” Straße");
        assert_eq!(
            search.terms,
            [word("gruner"), phrase(&["tee", "aus"]), word("strasse")]
        );
        // The last mark has no other.
        let search = Search::parse("\"a b\" \"c d");
        assert_eq!(search.terms, [phrase(&["a", "b"]), word("c"), word("d")]);
    }

    #[test]
    fn operators_are_plain_text() {
        let search = Search::parse("+tea -milk te* name:x AND (OR)");
        let joined = Term::Joined {
            whole: "name:x".to_owned(),
            parts: vec!["name".to_owned(), "x".to_owned()],
        };
        let words = ["tea", "milk", "te"].map(word);
        assert_eq!(search.terms[..3], words);
        // A colon between letters is within a word, by Unicode.
        assert!(search.terms[3] == joined || search.terms[3] == word("name:x"));
        assert_eq!(search.terms[4..], ["and", "or"].map(word));
    }

    #[test]
    fn blanks_are_no_search_and_marks_are_one_that_finds_nothing() {
        assert!(Search::parse("  \n\u{200b}").is_blank());
        for nothing in ["🙂", "***", "\"\"", "()"] {
            let search = Search::parse(nothing);
            assert!(!search.is_blank() && search.terms.is_empty(), "{nothing}");
        }
    }

    #[test]
    fn long_input_is_cut() {
        let search = Search::parse(&"tea ".repeat(2_500));
        assert_eq!(search.terms.len(), MOST_WORDS);
        let search = Search::parse(&"x".repeat(10_000));
        assert_eq!(search.terms, [word(&"x".repeat(64))]);
        let _ = Search::parse(&"\u{fdfa}".repeat(10_000));
    }
}
