//! Telephone numbers, and the digits that are dialled before them at home.

use kernel::input::fold;
use serde::{Deserialize, Serialize};

use crate::profile::InvalidProfile;

/// Digits of a telephone number: E.164 allows fifteen with the country's code; fewer than seven are a short code, not a number.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The countries' codes of two digits. 1 and 7 have one, all others three (ITU-T, list of E.164 assigned country codes).
const CODES_OF_TWO: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
    "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
    "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// Where numbers of people begin with a 0 that is dialled from abroad too: Italy, San Marino, Côte d'Ivoire, Burkina Faso,
/// Benin, Gabon, Congo, Tajikistan (ITU-T, national numbering plans under E.164).
const ZERO_IS_DIALLED: [&str; 8] = ["39", "378", "225", "226", "229", "241", "242", "992"];

/// Trunk prefixes that are not 0, with the most digits that numbers of people there have without it (ITU Operational Bulletin,
/// dialling procedures): North America, Russia and Kazakhstan, Hungary, Lithuania until 2023, Belarus, Turkmenistan.
const OTHER_TRUNKS: [(&str, &str, usize); 6] = [
    ("1", "1", 10),
    ("7", "8", 10),
    ("36", "06", 9),
    ("370", "8", 8),
    ("375", "8", 9),
    ("993", "8", 8),
];

/// A telephone number in its international form (ITU-T E.164).
///
/// The check is our own, although there are crates with every country's plan of numbers: those plans are megabytes (measured:
/// 2.9 of them, where a function's binary has a third of one left), change every few weeks, and refuse numbers that exist
/// when they are old. Whether a number is somebody's only a message to it tells.
///
/// The trunk prefix, which is dialled at home before the number, is no part of it: `+44 (0)20 …` is the 20 of London. In
/// brackets of its own, as such numbers are printed, it is left out; otherwise the number is refused, because nobody could be
/// sure what was meant, and as it is it cannot be dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a telephone number from a text. What people put between the digits is left out ([`fold`]).
    pub fn parse(text: &str) -> Result<Self, InvalidProfile> {
        let text: String = fold(text)
            .trim()
            .strip_prefix('+')
            .ok_or(InvalidProfile::PhoneNumber)?
            .chars()
            .filter(|character| !" -./".contains(*character))
            .collect();
        let is_known = |character: char| character.is_ascii_digit() || "()".contains(character);
        if !text.chars().all(is_known) {
            return Err(InvalidProfile::PhoneNumber);
        }

        let code = country_code(&digits(&text)).ok_or(InvalidProfile::PhoneNumber)?;
        let national = national_number(&code, after(&code, &text))?;
        let number = format!("{code}{national}");
        DIGITS
            .contains(&number.len())
            .then(|| Self(format!("+{number}")))
            .ok_or(InvalidProfile::PhoneNumber)
    }

    /// The text: `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The code of the country that a number begins with.
fn country_code(digits: &str) -> Option<String> {
    let length = match digits.get(..2)? {
        zero if zero.starts_with('0') => return None,
        one if one.starts_with(['1', '7']) => 1,
        two if CODES_OF_TWO.contains(&two) => 2,
        _ => 3,
    };
    digits.get(..length).map(str::to_owned)
}

/// The digits behind the country's code, without a trunk prefix in brackets. `national` may have brackets still.
fn national_number(code: &str, national: &str) -> Result<String, InvalidProfile> {
    if ZERO_IS_DIALLED.contains(&code) {
        return Ok(digits(national));
    }
    let other = OTHER_TRUNKS.iter().find(|(of, _, _)| *of == code);
    let has_other = |number: &str| {
        other.is_some_and(|(_, trunk, most)| number.starts_with(trunk) && number.len() > *most)
    };

    let printed = national
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'));
    let number = match printed {
        Some(("0", number)) => digits(number),
        Some((trunk, number))
            if other.is_some_and(|(_, of, _)| *of == trunk) && has_other(&digits(national)) =>
        {
            digits(number)
        }
        _ => digits(national),
    };
    if number.starts_with('0') || has_other(&number) {
        return Err(InvalidProfile::TrunkPrefix);
    }
    Ok(number)
}

/// What stands behind the country's code, which may be in brackets itself.
fn after<'a>(code: &str, text: &'a str) -> &'a str {
    let last = text
        .char_indices()
        .filter(|(_, character)| character.is_ascii_digit())
        .nth(code.len() - 1);
    let rest = last.map_or("", |(place, _)| &text[place + 1..]);
    rest.trim_start_matches(')')
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Result<String, InvalidProfile> {
        PhoneNumber::parse(text).map(|number| number.0)
    }

    #[test]
    fn numbers_are_kept_in_their_international_form() {
        for (text, number) in [
            ("+4930123456", "+4930123456"),
            (" +1 (212) 555-0100 ", "+12125550100"),
            ("+44 20.7946/0958", "+442079460958"),
            ("+(44) 20 7946 0958", "+442079460958"),
            ("+٤٩٣٠١٢٣٤٥٦", "+4930123456"),
            ("\u{202a}+1 (212) 555-0100\u{202c}", "+12125550100"),
            ("+1\u{a0}212\u{a0}555\u{2011}0100", "+12125550100"),
            ("+1\u{2011}212\u{2011}555\u{2011}0100", "+12125550100"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(number), "{text:?}");
        }
        for text in [
            "",
            "+",
            "+4",
            "030123456",
            "004930123456",
            "+0301234567",
            "+123456",
            "+1234567890123456",
            "+49 30 CALL",
            "+49;30123456",
        ] {
            assert_eq!(parsed(text), Err(InvalidProfile::PhoneNumber), "{text:?}");
        }
    }

    #[test]
    fn a_trunk_prefix_in_brackets_is_left_out() {
        for (text, number) in [
            ("+44 (0)20 7946 0958", "+442079460958"),
            ("+44(0)2079460958", "+442079460958"),
            ("+44\u{a0}（０）20 7946\u{2011}0958", "+442079460958"),
            ("+(44)(0)20 7946 0958", "+442079460958"),
            ("+49 ( 0 ) 30 123456", "+4930123456"),
            ("+353 (0)1 234 5678", "+35312345678"),
            ("+48 (0) 22 123 45 67", "+48221234567"),
            ("+7 (8) 495 123-45-67", "+74951234567"),
            ("+36 (06) 1 234 5678", "+3612345678"),
            ("+370 (8) 612 34567", "+37061234567"),
            ("+370 (0) 612 34567", "+37061234567"),
            ("+1 (1) 212 555 0100", "+12125550100"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(number), "{text}");
        }
    }

    #[test]
    fn a_trunk_prefix_that_may_be_something_else_is_refused() {
        for text in [
            "+44 020 7946 0958",
            "+4402079460958",
            "+44 (020) 7946 0958",
            "+44 (0)(0)20 7946 0958",
            "+49-0-30 123456",
            "+7 8 495 123-45-67",
            "+36 06 1 234 5678",
            "+370 8 612 34567",
            "+375 (8) 029 123 45 67",
            "+1 1 212 555 0100",
            "+1 0212 555 0100",
        ] {
            assert_eq!(parsed(text), Err(InvalidProfile::TrunkPrefix), "{text}");
        }
    }

    #[test]
    fn a_zero_that_is_dialled_from_abroad_stays() {
        for (text, number) in [
            ("+39 06 698 1234", "+39066981234"),
            ("+39 (0)6 698 1234", "+39066981234"),
            ("+39 (06) 6981234", "+39066981234"),
            ("+378 0549 882914", "+3780549882914"),
            ("+225 07 12 34 56 78", "+2250712345678"),
            ("+229 01 95 12 34 56", "+2290195123456"),
            ("+242 06 612 3456", "+242066123456"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(number), "{text}");
        }
    }

    #[test]
    fn a_number_that_begins_like_a_trunk_prefix_stays() {
        for number in [
            "+78121234567",
            "+78001234567",
            "+3680123456",
            "+37080012345",
            "+375820123456",
            "+390612345678",
        ] {
            assert_eq!(parsed(number).as_deref(), Ok(number));
        }
        assert_eq!(parsed("+7 (812) 123-45-67").as_deref(), Ok("+78121234567"));
    }

    proptest! {
        #[test]
        fn what_can_be_dialled_stays_as_it_is(code in "1|7|20|36|39|44|49|98|353|370|375|993", number in "[2-7][0-9]{6,7}") {
            let number = format!("+{code}{number}");
            prop_assert_eq!(parsed(&number), Ok(number));
        }

        #[test]
        fn what_was_read_reads_the_same(text in "\\+[1-9][0-9 ()]{7,14}") {
            if let Ok(number) = PhoneNumber::parse(&text) {
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number));
            }
        }

        #[test]
        fn no_text_is_a_panic(text in "\\+?\\PC{0,40}") {
            let _ = PhoneNumber::parse(&text);
        }
    }
}
