//! Prices as the index orders them: numbers of ten-thousandths of a unit, whatever the currency.

use kernel::money::Money;

/// The decimal places that are kept, as many as any currency has.
const PLACES: usize = 4;

/// The most digits before the point: more than any price has.
const MOST_DIGITS: usize = 12;

/// A price as a number.
pub(crate) fn number_of(price: Money) -> i64 {
    let places = u32::try_from(PLACES).unwrap_or(0);
    let missing = places.saturating_sub(price.currency().places());
    price.minor().saturating_mul(10_i64.saturating_pow(missing))
}

/// Reads an amount without a currency, such as `19.90`.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let fits = (1..=MOST_DIGITS).contains(&whole.len()) && fraction.len() <= PLACES;
    if !fits || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<PLACES$}").parse().ok()
}

/// An amount of whole units, as the bounds of bands are.
pub(crate) fn units(number: i64) -> String {
    (number / 10_i64.pow(4)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_of_all_currencies_are_ordered_as_numbers() {
        for (amount, code, number) in [
            ("19.90", "EUR", 199_000),
            ("1200", "JPY", 12_000_000),
            ("1.234", "KWD", 12_340),
            ("10000000000", "EUR", 100_000_000_000_000),
        ] {
            let price = Money::parse(amount, code.parse().unwrap()).unwrap();
            assert_eq!(number_of(price), number, "{amount} {code}");
            assert_eq!(parse(amount), Some(number), "{amount}");
        }
        assert_eq!(units(2_000_000), "200");
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "1 000",
            "٣",
            "NaN",
            "true",
            "1.23456",
            "1.2.3",
            "9999999999999",
            " 1",
            "1\u{0}",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
