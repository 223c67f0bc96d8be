//! What people type and paste, in one form: keyboards, word processors and telephones give the same in many.

use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// Characters that show nothing besides those of the category Cf (Unicode, `Default_Ignorable_Code_Point`).
const INVISIBLE: [std::ops::RangeInclusive<char>; 8] = [
    '\u{34f}'..='\u{34f}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{2065}'..='\u{2065}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{e0000}'..='\u{e0fff}',
];

/// The digits of a block: those of every script stand in tens, in order.
const TEN: u32 = 10;

/// One form of what is a code or a number: what shows nothing or gives a direction goes, every dash is a hyphen, every decimal
/// digit of any script is that digit, full width is narrow.
pub fn fold(text: &str) -> String {
    let visible = text.nfkc().filter(|character| !is_invisible(*character));
    visible.map(fold_character).collect()
}

/// The text without blanks, and without what shows nothing, at both ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character))
}

fn is_invisible(character: char) -> bool {
    let is_format = || character.general_category() == GeneralCategory::Format;
    !character.is_ascii()
        && (INVISIBLE.iter().any(|range| range.contains(&character)) || is_format())
}

fn fold_character(character: char) -> char {
    if character.is_ascii() {
        return character;
    }
    match character.general_category() {
        GeneralCategory::DashPunctuation => '-',
        GeneralCategory::DecimalNumber => digit(character).unwrap_or(character),
        // The minus sign.
        _ if character == '\u{2212}' => '-',
        _ => character,
    }
}

/// The ASCII digit of a decimal digit, by its place in its block.
fn digit(character: char) -> Option<char> {
    let before = (1..).map_while(|back| {
        let earlier = char::from_u32(u32::from(character).checked_sub(back)?)?;
        (earlier.general_category() == GeneralCategory::DecimalNumber).then_some(())
    });
    let place = u32::try_from(before.count()).ok()?;
    char::from_digit(place % TEN, TEN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_means_the_same_is_the_same() {
        for (typed, expected) in [
            ("123-456", "123-456"),
            ("123\u{2011}456", "123-456"),
            ("123\u{2212}456", "123-456"),
            ("7K2QF\u{2013}9XM4D", "7K2QF-9XM4D"),
            ("\u{ff11}\u{ff12}\u{ff13}", "123"),
            ("\u{661}\u{662}\u{660}", "120"),
            ("\u{6f9}\u{96f}\u{1040}", "990"),
            ("\u{1d7d8}\u{1d7e2}\u{1d7ff}", "009"),
            ("\u{200b}12\u{feff}3\u{fe0f}", "123"),
            ("\u{202a}+1 (212) 555\u{202c}", "+1 (212) 555"),
            ("1\u{a0}2", "1 2"),
        ] {
            assert_eq!(fold(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn ends_are_trimmed_of_what_shows_nothing() {
        let text = "\u{feff} \u{202a}ann@example.com\u{202c}\u{200b}\n";
        assert_eq!(trim(text), "ann@example.com");
        assert_eq!(trim("\u{200b}\u{a0}"), "");
        assert_eq!(trim("a\u{200b}b"), "a\u{200b}b");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,24}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn ascii_stays_as_it_is(text in "[ -~]{0,24}") {
            prop_assert_eq!(fold(&text), text);
        }
    }
}
