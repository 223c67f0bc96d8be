//! Numbers and durations.

use std::time::Duration;

use super::Language;

impl Language {
    fn group(self) -> char {
        match self {
            Self::English => ',',
            Self::German => '.',
        }
    }

    fn point(self) -> char {
        match self {
            Self::English => '.',
            Self::German => ',',
        }
    }

    /// A whole number, its digits in groups of three.
    pub(crate) fn number(self, number: impl Into<u128>) -> String {
        let digits = number.into().to_string();
        let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(self.group());
            }
            text.push(digit);
        }
        text
    }

    /// A quotient, rounded to a tenth.
    pub(crate) fn average(self, sum: u128, count: usize) -> String {
        let count = (count as u128).max(1);
        let whole = self.number(sum / count);
        let tenths = (sum % count * 10 + count / 2) / count;
        match tenths {
            10 => format!("{}{}0", self.number(sum / count + 1), self.point()),
            _ => format!("{whole}{}{tenths}", self.point()),
        }
    }

    /// A number on an axis, where there is no room for many digits.
    pub(crate) fn brief(self, number: u128) -> String {
        let units = match self {
            Self::English => ["M", "bn", "tn"],
            Self::German => ["Mio.", "Mrd.", "Bio."],
        };
        let (unit, name) = match number {
            0..1_000_000 => return self.number(number),
            1_000_000..1_000_000_000 => (1_000_000, units[0]),
            1_000_000_000..1_000_000_000_000 => (1_000_000_000, units[1]),
            1_000_000_000_000..1_000_000_000_000_000 => (1_000_000_000_000, units[2]),
            _ => return self.power(number),
        };
        let (whole, tenths) = (number / unit, number % unit * 10 / unit);
        match tenths {
            0 => format!("{whole} {name}"),
            _ => format!("{whole}{}{tenths} {name}", self.point()),
        }
    }

    /// A number that has no name.
    fn power(self, number: u128) -> String {
        let exponent = number.ilog10();
        let tenths = number / 10_u128.pow(exponent - 1);
        let raised: String = exponent
            .to_string()
            .chars()
            .filter_map(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit.to_digit(10)? as usize))
            .collect();
        format!("{}{}{}×10{raised}", tenths / 10, self.point(), tenths % 10)
    }

    /// A duration in the two units that say most.
    pub(crate) fn duration(self, duration: Duration) -> String {
        let (seconds, point) = (duration.as_secs(), self.point());
        let (hours, days) = match self {
            Self::English => ("h", "d"),
            Self::German => ("Std.", "T."),
        };
        match seconds {
            0 => format!("{} ms", duration.as_millis()),
            1..60 => format!("{seconds}{point}{} s", duration.subsec_millis() / 100),
            60..3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
            3_600..86_400 => format!("{} {hours} {:02} min", seconds / 3_600, seconds / 60 % 60),
            _ => format!(
                "{} {days} {:02} {hours}",
                self.number(seconds / 86_400),
                seconds / 3_600 % 24
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, German};

    #[test]
    fn digits_are_grouped() {
        for (number, english, german) in [
            (0_u64, "0", "0"),
            (999, "999", "999"),
            (1_234, "1,234", "1.234"),
            (
                u64::MAX,
                "18,446,744,073,709,551,615",
                "18.446.744.073.709.551.615",
            ),
        ] {
            assert_eq!(English.number(number), english);
            assert_eq!(German.number(number), german);
        }
    }

    #[test]
    fn an_average_has_a_tenth() {
        assert_eq!(English.average(10, 4), "2.5");
        assert_eq!(German.average(123_456, 30), "4.115,2");
        assert_eq!(English.average(299, 100), "3.0");
        assert_eq!(English.average(0, 0), "0.0");
    }

    #[test]
    fn a_number_on_an_axis_is_short() {
        for (number, english, german) in [
            (250_000, "250,000", "250.000"),
            (2_500_000, "2.5 M", "2,5 Mio."),
            (3_000_000_000, "3 bn", "3 Mrd."),
            (1_000_000_000_000, "1 tn", "1 Bio."),
            (u128::from(u64::MAX), "1.8×10¹⁹", "1,8×10¹⁹"),
        ] {
            assert_eq!(English.brief(number), english);
            assert_eq!(German.brief(number), german);
        }
    }

    #[test]
    fn a_duration_has_two_units_at_most() {
        for (duration, english, german) in [
            (Duration::ZERO, "0 ms", "0 ms"),
            (Duration::from_millis(250), "250 ms", "250 ms"),
            (Duration::from_millis(1_950), "1.9 s", "1,9 s"),
            (Duration::from_secs(125), "2 min 05 s", "2 min 05 s"),
            (Duration::from_secs(3_725), "1 h 02 min", "1 Std. 02 min"),
            (Duration::from_hours(25), "1 d 01 h", "1 T. 01 Std."),
        ] {
            assert_eq!(English.duration(duration), english);
            assert_eq!(German.duration(duration), german);
        }
    }
}
