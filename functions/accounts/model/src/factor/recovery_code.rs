use std::fmt;

use kernel::id::UserId;
use kernel::input::fold;
use rand::{CryptoRng, RngExt as _};

use crate::code::Pepper;

/// Recovery codes that an account gets at once.
pub const RECOVERY_CODES: usize = 10;

/// Digits of a code in Crockford's base 32. Its 50 bits, a keyed hash and a counted try each leave a guesser nothing.
const DIGITS: usize = 10;

/// Digits in a group: what people read in one go.
const GROUP: usize = 5;

/// Crockford's base 32: no letter that looks like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The longest text that is looked at, in bytes.
const MAX_TEXT: usize = 64;

/// A code that stands in for the authenticator, once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Makes a new recovery code.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let digit = |_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]);
        Self((0..DIGITS).map(digit).collect())
    }

    /// Reads a code as people type and paste it ([`fold`]): blanks and dashes, lower case, and the letters O, I and L for digits are forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let digits = fold(text);
        let digits = digits
            .chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
            .map(|character| match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            });
        let code: String = digits.collect();
        let is_code = code.len() == DIGITS && code.bytes().all(|digit| ALPHABET.contains(&digit));
        is_code.then_some(Self(code))
    }

    /// The code in two groups, for its owner to keep.
    pub fn expose(&self) -> String {
        let (first, second) = self.0.split_at(GROUP);
        format!("{first}-{second}")
    }

    /// What is stored in its place: a keyed hash, of use for this account alone.
    pub fn hash(&self, pepper: &Pepper, user_id: UserId) -> String {
        pepper.mac(["recovery", &user_id.to_string(), &self.0])
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RecoveryCode(secret)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use rand::SeedableRng as _;

    use super::*;

    proptest! {
        #[test]
        fn every_code_is_read_as_it_was_given(seed: u64) {
            let code = RecoveryCode::generate(&mut rand::rngs::StdRng::seed_from_u64(seed));
            let shown = code.expose();

            prop_assert_eq!(shown.len(), 11);
            prop_assert_eq!(RecoveryCode::parse(&shown), Some(code));
        }

        #[test]
        fn no_text_upsets_the_reader(text: String) {
            let _ = RecoveryCode::parse(&text);
        }
    }

    #[test]
    fn what_people_type_is_forgiven() {
        let code = RecoveryCode::parse("01ABC-DEFGH").unwrap();
        for text in [
            "oiabc defgh",
            " OLABCDEFGH ",
            "0 1 A B C - d e f g h",
            "01ABC\u{2013}DEFGH",
            "０1ABC-DEFGH",
            "\u{200b}01ABC-DEFGH",
        ] {
            assert_eq!(RecoveryCode::parse(text), Some(code.clone()), "{text:?}");
        }
        for text in [
            "",
            "01ABC-DEFG",
            "01ABC-DEFGHJ",
            "01ABC-DEFGU",
            "01ÄBC-DEFGH",
        ] {
            assert_eq!(RecoveryCode::parse(text), None, "{text:?}");
        }
        assert_eq!(RecoveryCode::parse(&" ".repeat(100)), None);
        assert!(!format!("{code:?}").contains("01ABC"));
    }

    #[test]
    fn a_hash_is_that_of_one_code_of_one_account() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(4);
        let [ann, bob] =
            [1, 2].map(|second| UserId::new(Timestamp::from_second(second).unwrap(), &mut rng));
        let pepper = Pepper::new("pepper".to_owned().into());
        let [one, two] =
            ["01ABC-DEFGH", "01ABC-DEFGJ"].map(|text| RecoveryCode::parse(text).unwrap());

        let hash = one.hash(&pepper, ann);

        assert_eq!(hash, one.clone().hash(&pepper, ann));
        assert_ne!(hash, two.hash(&pepper, ann));
        assert_ne!(hash, one.hash(&pepper, bob));
        assert_ne!(hash, one.hash(&Pepper::new("other".to_owned().into()), ann));
        assert!(!hash.contains("01ABC"));
    }
}
