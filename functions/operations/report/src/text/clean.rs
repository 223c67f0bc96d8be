//! Texts as they are printed.

/// Characters of a text at most. Three lines of the widest column have fewer; what is longer is in the CSV file.
const MAX_CHARACTERS: usize = 600;

/// What stands for a character that cannot be printed.
const REPLACEMENT: char = '\u{fffd}';

/// A text on one line, without what cannot be printed, cut where no page has room for it.
///
/// A line break is a space: a row is as high as its texts are long, not as they wish. Overrides of the direction go, since
/// `U+202E` shows `exe.gpj` for `jpg.exe`; isolates stay, since they reach no further than their text.
pub(crate) fn clean(text: &str) -> String {
    let mut printed = String::with_capacity(text.len().min(4 * MAX_CHARACTERS));
    for (count, character) in text.trim().chars().enumerate() {
        if count == MAX_CHARACTERS {
            printed.push('…');
            break;
        }
        printed.push(match character {
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
            '\u{202a}'..='\u{202e}' => REPLACEMENT,
            other if other.is_control() => REPLACEMENT,
            other => other,
        });
    }
    printed
}

/// A text that stands beside others: whichever way it runs, they stay where they are.
pub(crate) fn isolate(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_seen() {
        assert_eq!(
            clean(" a\r\nb\u{0}c\u{7f}\u{202e}d "),
            "a  b\u{fffd}c\u{fffd}\u{fffd}d"
        );
    }

    #[test]
    fn a_long_text_is_cut() {
        let cut = clean(&"ж".repeat(1_000));

        assert_eq!(cut.chars().count(), MAX_CHARACTERS + 1);
        assert!(cut.ends_with('…'));
    }
}
