use std::fmt;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rand::CryptoRng;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::code::OneTimeCode;

/// The length of a secret, in bytes: the 160 bits that RFC 4226, section 4 recommends.
const SECRET_BYTES: usize = 20;

/// The number of seconds for which a code is shown (RFC 6238, section 5.2). Authenticator apps know no other number for
/// sure.
const PERIOD: u64 = 30;

/// Digits of a code.
const DIGITS: u8 = 6;

/// Steps that a clock may be ahead or behind (RFC 6238, section 5.2: one at most).
const SKEW: u16 = 1;

/// What needs no escape in a part of a URI (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The secret that an account shares with its authenticator.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Totp);

impl TotpSecret {
    /// Makes a new secret.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; SECRET_BYTES];
        rng.fill_bytes(&mut bytes);
        Self::new(bytes)
    }

    /// One that was kept. `None` if it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::new)
    }

    fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        let totp = Builder::new()
            // SHA-1, because many authenticators silently take every other for it; in HMAC it is not broken.
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(PERIOD)
            .with_skew(SKEW)
            .with_secret(Secret::from(bytes))
            .build();
        Self(totp.expect("the numbers are those of the standard"))
    }

    /// The bytes, to be sealed.
    pub fn expose(&self) -> &[u8] {
        self.0.secret().as_bytes()
    }

    /// The text that can be typed into an authenticator.
    pub fn expose_base32(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The `otpauth` URI that authenticators read from a QR code, with the secret in it.
    pub fn expose_uri(&self, issuer: &str, account: &str) -> String {
        let issuer = utf8_percent_encode(issuer, RESERVED);
        let account = utf8_percent_encode(account, RESERVED);
        let secret = self.expose_base32();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={PERIOD}"
        )
    }

    /// The number of the time step that a code is of. `None` if it is of none near this moment.
    ///
    /// A step is good once: whoever accepts a code remembers its step, and later takes only greater ones.
    pub fn find_step(&self, code: &OneTimeCode, now: Timestamp) -> Option<u64> {
        let seconds = u64::try_from(now.as_second()).ok()?;
        self.0.check(code.expose(), seconds)
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TotpSecret(secret)")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    fn code(text: &str) -> OneTimeCode {
        OneTimeCode::parse(text).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// RFC 6238, appendix B, of whose eight digits six are the last ones.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();

        for (second, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = u64::try_from(second).unwrap() / PERIOD;
            assert_eq!(secret.find_step(&code(digits), at(second)), Some(step));
        }
        assert_eq!(secret.find_step(&code("287083"), at(59)), None);
    }

    #[test]
    fn a_code_is_good_one_step_early_and_one_late() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let digits = code("005924");
        let begin = 1_234_567_890 / 30 * 30;

        for second in [begin - 30, begin, begin + 59] {
            assert_eq!(secret.find_step(&digits, at(second)), Some(41_152_263));
        }
        for second in [begin - 31, begin + 60, -1] {
            assert_eq!(secret.find_step(&digits, at(second)), None);
        }
    }

    #[test]
    fn a_uri_says_all_that_an_authenticator_needs() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();

        assert_eq!(
            secret.expose_uri("Kin & Wise", "ann+x@example.com"),
            "otpauth://totp/Kin%20%26%20Wise:ann%2Bx%40example.com\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kin%20%26%20Wise&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn a_secret_comes_back_from_its_bytes_and_shows_itself_to_nobody() {
        let secret = TotpSecret::generate(&mut rand::rngs::StdRng::seed_from_u64(3));

        assert_eq!(secret.expose().len(), 20);
        assert_eq!(TotpSecret::from_bytes(secret.expose()).unwrap(), secret);
        assert!(TotpSecret::from_bytes(&secret.expose()[1..]).is_none());
        assert_eq!(format!("{secret:?}"), "TotpSecret(secret)");
    }
}
