//! Money: an amount of a currency (ISO 4217) in its minor units, so that no sum is ever rounded.

use std::fmt;
use std::str::FromStr;

use iso_currency::Currency as Iso;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The greatest amount, in minor units: ten thousand million euros. A thousand lines of a thousand pieces of it are still a
/// number of 64 bits.
const MOST: i64 = 1_000_000_000_000;

/// A currency of ISO 4217, which says how many decimal places an amount has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(Iso);

/// A text is not the code of a currency that amounts can be given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter the code of a currency, such as EUR.")]
pub struct UnknownCurrency;

/// An amount of money, which is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in the currency's minor units: cents of a euro, whole yen.
    minor: i64,
    currency: Currency,
}

/// The reason why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidAmount {
    /// It is no decimal number of digits and a point.
    #[error("Enter an amount, such as 19.99.")]
    Malformed,
    /// It has more decimal places than its currency.
    #[error("Enter an amount with {0} decimal places at most.")]
    TooPrecise(u32),
    /// It is greater than any that there is.
    #[error("Enter a smaller amount.")]
    TooLarge,
}

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(Iso::EUR);

    /// Its code of three capitals.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The number of decimal places that its amounts have: 2 for the euro, 0 for the yen, 3 for the dinar.
    pub fn places(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        // Gold and the code for tests have no minor unit, and nothing is sold in them.
        let known = Iso::from_code(code).filter(|known| known.exponent().is_some());
        known.map(Self).ok_or(UnknownCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;

    fn try_from(code: String) -> Result<Self, UnknownCurrency> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl Money {
    /// Reads an amount: digits, and a point before its decimal places, of which the last may be noughts that the currency has
    /// not.
    ///
    /// # Errors
    /// The reason why it is none.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, InvalidAmount> {
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return Err(InvalidAmount::Malformed),
            Some(parts) => parts,
            None => (text, ""),
        };
        if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
            return Err(InvalidAmount::Malformed);
        }
        let places = currency.places();
        let width = places as usize;
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > width {
            return Err(InvalidAmount::TooPrecise(places));
        }
        // What is too long for the number is greater than any amount.
        let minor = format!("{whole}{fraction:0<width$}");
        let minor = minor.parse().ok().filter(|minor| *minor <= MOST);
        let minor = minor.ok_or(InvalidAmount::TooLarge)?;
        Ok(Self { minor, currency })
    }

    /// The amount in minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The amount as a decimal number, with all places of its currency: `19.90`.
    pub fn amount(self) -> String {
        let places = self.currency.places() as usize;
        let digits = format!("{:0>width$}", self.minor, width = places + 1);
        match digits.split_at(digits.len() - places) {
            (whole, "") => whole.to_owned(),
            (whole, fraction) => format!("{whole}.{fraction}"),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.amount(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn an_amount_is_read_in_minor_units_and_shown_with_all_places() {
        for (text, code, minor, shown) in [
            ("19.99", "EUR", 1_999, "19.99"),
            ("19.9", "EUR", 1_990, "19.90"),
            ("19.9000", "EUR", 1_990, "19.90"),
            ("0", "EUR", 0, "0.00"),
            ("0.05", "USD", 5, "0.05"),
            ("007", "USD", 700, "7.00"),
            ("1200", "JPY", 1_200, "1200"),
            ("1200.0", "JPY", 1_200, "1200"),
            ("1.234", "KWD", 1_234, "1.234"),
            ("10000000000", "EUR", MOST, "10000000000.00"),
        ] {
            let money = Money::parse(text, currency(code)).unwrap();
            assert_eq!(money.minor(), minor, "{text}");
            assert_eq!(money.amount(), shown, "{text}");
            assert_eq!(money.to_string(), format!("{shown} {code}"));
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_for_its_reason() {
        for text in [
            "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1 000", "1_000", "٣", "0x1", "NaN",
            "1.2.3", " 1", "1.\u{0}",
        ] {
            let refused = Money::parse(text, Currency::EUR);
            assert_eq!(refused, Err(InvalidAmount::Malformed), "{text:?}");
        }
        for (text, code, places) in [("1.001", "EUR", 2), ("1.5", "JPY", 0), ("1.2345", "KWD", 3)] {
            let refused = Money::parse(text, currency(code));
            assert_eq!(refused, Err(InvalidAmount::TooPrecise(places)), "{text}");
        }
        for text in ["10000000000.01", "99999999999999999999999999"] {
            let refused = Money::parse(text, Currency::EUR);
            assert_eq!(refused, Err(InvalidAmount::TooLarge), "{text}");
        }
    }

    #[test]
    fn a_currency_is_a_code_in_capitals_of_which_amounts_have_places() {
        assert_eq!(currency("EUR"), Currency::EUR);
        for code in ["", "eur", "EURO", "XXX", "XAU", "XTS", "ZZZ", "€"] {
            assert_eq!(code.parse::<Currency>(), Err(UnknownCurrency), "{code}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(minor in 0..=MOST, code in "EUR|JPY|KWD|CHF") {
            let money = Money { minor, currency: currency(&code) };

            prop_assert_eq!(Money::parse(&money.amount(), money.currency()), Ok(money));
        }
    }
}
