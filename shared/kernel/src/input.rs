//! What people type and paste, in one form: keyboards, word processors and telephones give the same in many.

use icu_casemap::CaseMapper;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// Characters that show nothing besides those of the category Cf (Unicode, `Default_Ignorable_Code_Point`).
/// and the blank of Braille.
const INVISIBLE: [std::ops::RangeInclusive<char>; 11] = [
    '\u{34f}'..='\u{34f}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{2065}'..='\u{2065}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fff8}',
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

/// One form of texts that differ in case alone: full case folding (Unicode, D146), by which ΝΙΚΟΣ and νικος are one, and
/// STRASSE and straße. Lower case is no such form: it makes another letter of a sigma at the end of a word, and one that is
/// in it.
pub fn caseless(text: &str) -> String {
    let mapper = CaseMapper::new();
    let mut text: String = text.nfd().collect();
    // Twice: what NFKC makes of a folded text may have capitals again.
    for _ in 0..2 {
        text = mapper.fold_string(&text).nfkc().collect();
    }
    text
}

/// One form of texts that a search takes for the same: [folded](fold), [caseless], without accents.
pub fn searched(text: &str) -> String {
    let decomposed = caseless(&fold(text));
    let bare = decomposed
        .nfd()
        .filter(|character| canonical_combining_class(*character) == 0);
    bare.map(without_stroke).nfc().collect()
}

/// The letter without its stroke, which Unicode does not take for an accent.
fn without_stroke(letter: char) -> char {
    match letter {
        'ł' => 'l',
        'ø' => 'o',
        'đ' => 'd',
        'ħ' => 'h',
        'ŧ' => 't',
        // The Turkish letter, whose capital is that of `i`.
        'ı' => 'i',
        other => other,
    }
}

/// Whether anything of a text is seen.
pub fn is_visible(text: &str) -> bool {
    !trim(text).is_empty()
}

/// Whether a text leaves what stands around it as it is: it has no control character, begins no line or paragraph, and turns
/// no direction of writing (UAX 9: embeddings, overrides, isolates).
pub fn stays_in_line(text: &str) -> bool {
    !text.chars().any(|character| {
        character.is_control()
            || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// The text without blanks at both ends, and without what others wrap it in: address books and telephones put marks of
/// direction around what is copied. Other characters that show nothing may belong to the last letter.
pub fn unwrapped(text: &str) -> &str {
    text.trim_matches(|character: char| {
        character.is_whitespace()
            || matches!(
                character,
                '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
            )
    })
}

/// The text without blanks, and without what shows nothing, at both ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character))
}

/// Whether a character shows nothing.
pub fn is_invisible(character: char) -> bool {
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

    #[test]
    fn case_is_no_difference() {
        for (one, other) in [
            ("ΝΙΚΟΣ", "νικος"),
            ("ΝΙΚΟΣ.ΠΑΠΑΣ", "νικος.παπας"),
            ("νικοσ", "νικος"),
            ("STRASSE", "straße"),
            ("STRAẞE", "straße"),
            ("ＡＮＮ", "ann"),
            ("\u{1e0}", "\u{1e1}"),
            ("ꭰ", "Ꭰ"),
            ("É", "e\u{301}"),
        ] {
            assert_eq!(caseless(one), caseless(other), "{one} {other}");
        }
        for (one, other) in [("é", "e"), ("ı", "i"), ("ann", "an")] {
            assert_ne!(caseless(one), caseless(other), "{one} {other}");
        }
    }

    #[test]
    fn a_search_takes_accents_for_no_difference() {
        for (typed, searched_for) in [
            ("Émile", "emile"),
            ("ΝΊΚΟΣ", "νικοσ"),
            ("Straße", "strasse"),
            ("Łukasz Sørensen", "lukasz sorensen"),
            ("İSTANBUL", "istanbul"),
            ("ışık", "isik"),
            ("Nguyễn", "nguyen"),
            ("한국", "한국"),
            ("\u{200b}１２\u{2011}3", "12-3"),
        ] {
            assert_eq!(searched(typed), searched_for);
        }
    }

    #[test]
    fn every_character_has_one_caseless_and_one_searched_form() {
        // No letter that has a case is behind the second plane.
        for character in '\0'..='\u{1ffff}' {
            let text = character.to_string();
            let once = caseless(&text);
            assert_eq!(caseless(&once), once, "{character:?}");
            assert_eq!(caseless(&text.to_lowercase()), once, "{character:?}");
            let once = searched(&text);
            assert_eq!(searched(&once), once, "{character:?}");
        }
    }

    #[test]
    fn what_is_not_seen_or_does_not_stay_in_its_line_is_known() {
        for text in ["", " \u{200b}", "\u{3164}", "\u{2800}", "\u{ffa0}\u{fe0f}"] {
            assert!(!is_visible(text), "{text:?}");
        }
        assert!(is_visible("\u{200b}a"));
        for text in ["a\nb", "a\u{202e}b", "a\u{2067}b", "a\u{2029}b", "\u{7}"] {
            assert!(!stays_in_line(text), "{text:?}");
        }
        assert!(stays_in_line("می\u{200c}خواهم \u{200f}!"));
        assert_eq!(unwrapped(" \u{2068}\u{202a}Ann\u{202c}\u{2069}\n"), "Ann");
        assert_eq!(unwrapped("葛\u{e0100}"), "葛\u{e0100}");
    }

    proptest! {
        #[test]
        fn caseless_and_searched_forms_are_their_own(text in "\\PC{0,24}") {
            let once = caseless(&text);
            prop_assert_eq!(caseless(&once), once);
            let once = searched(&text);
            prop_assert_eq!(searched(&once), once);
        }

        #[test]
        fn lower_case_is_no_difference(text in "[\\p{Latin}\\p{Greek}\\p{Cyrillic}\\p{Armenian}]{0,24}") {
            prop_assert_eq!(caseless(&text.to_lowercase()), caseless(&text));
        }

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
