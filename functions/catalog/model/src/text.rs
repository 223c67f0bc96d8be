//! Texts that people write about what is sold.

use kernel::input::{is_visible, stays_in_line};
use thiserror::Error;

/// The reason why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidText {
    /// Nothing of it would be seen.
    #[error("This field is required.")]
    Missing,
    /// It is longer than so many characters.
    #[error("Enter {0} characters at most.")]
    TooLong(usize),
    /// It has characters that are none of a text, or that turn its direction.
    #[error("Enter plain text.")]
    NotPlain,
}

/// A text of one line, such as a name, without blanks at its ends.
///
/// # Errors
/// The reason why it is none.
pub fn line(text: &str, most: usize) -> Result<String, InvalidText> {
    let text = text.trim();
    if !is_visible(text) {
        Err(InvalidText::Missing)
    } else if text.chars().count() > most {
        Err(InvalidText::TooLong(most))
    } else if !stays_in_line(text) {
        Err(InvalidText::NotPlain)
    } else {
        Ok(text.to_owned())
    }
}

/// A text of any number of lines, which may be empty. Lines end as on Unix.
///
/// # Errors
/// The reason why it is none.
pub fn prose(text: &str, most: usize) -> Result<String, InvalidText> {
    let text = text.replace("\r\n", "\n");
    let is_plain = |line: &str| stays_in_line(&line.replace('\t', " "));
    if text.chars().count() > most {
        Err(InvalidText::TooLong(most))
    } else if !text.split('\n').all(is_plain) {
        Err(InvalidText::NotPlain)
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_seen_and_stays_one() {
        assert_eq!(line("  Tea & Co. ", 10).unwrap(), "Tea & Co.");
        assert_eq!(line("日本茶", 3).unwrap(), "日本茶");
        for nothing in ["", "  ", "\u{200b}"] {
            assert_eq!(line(nothing, 10), Err(InvalidText::Missing));
        }
        assert_eq!(line("four", 3), Err(InvalidText::TooLong(3)));
        for odd in ["a\nb", "a\u{0}b", "a\u{202e}b"] {
            assert_eq!(line(odd, 10), Err(InvalidText::NotPlain));
        }
    }

    #[test]
    fn prose_has_lines_and_no_other_controls() {
        assert_eq!(prose("a\r\nb\n\tc", 10).unwrap(), "a\nb\n\tc");
        assert_eq!(prose("", 10).unwrap(), "");
        assert_eq!(prose("four", 3), Err(InvalidText::TooLong(3)));
        for odd in ["a\u{0}", "a\u{1b}[0m", "a\rb", "a\n\u{202e}b"] {
            assert_eq!(prose(odd, 10), Err(InvalidText::NotPlain));
        }
    }
}
