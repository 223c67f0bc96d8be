//! One-time codes, written from RFC 6238 and not from the product.

use aws_lc_rs::hmac;
use jiff::Timestamp;

use crate::factors::Factor;

/// The codes of a secret.
#[derive(Debug, Clone)]
pub(crate) struct Totp(Vec<u8>);

impl Totp {
    /// Makes an authenticator of a secret in base32, as an authenticator app is shown it.
    pub(crate) fn new(secret: &str) -> Self {
        Self(from_base32(secret))
    }

    /// The code that is shown at a moment.
    pub(crate) fn code(&self, at: Timestamp) -> String {
        let step = at.as_second() / Factor::STEP.as_secs();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 0x0f);
        let bytes = tag[offset..offset + 4].try_into().expect("four bytes");
        let number = u32::from_be_bytes(bytes) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

/// RFC 4648, without padding.
fn from_base32(text: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for character in text.bytes() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'2'..=b'7' => character - b'2' + 26,
            other => panic!("not base32: {other}"),
        };
        held = (held << 5) | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_le_bytes()[0]);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::Totp;

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, cut to six digits; the secret is "12345678901234567890".
        let totp = Totp::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_second(seconds).expect("a moment");
            assert_eq!(totp.code(at), code);
        }
    }
}
