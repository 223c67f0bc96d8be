use std::time::{Duration, UNIX_EPOCH};

use aws_lc_rs::hmac;
use serde_json::json;
use tokio::time::sleep;

use crate::member::{Member, Tokens};
use crate::stack::Stack;

/// How long a code is the newest (RFC 6238).
const STEP_SECONDS: u64 = 30;

/// An authenticator app, written from RFC 6238 and not from the product.
#[derive(Debug, Clone)]
pub struct Authenticator {
    shown: String,
    secret: Vec<u8>,
    last_step: u64,
}

impl Authenticator {
    /// Takes in a secret in base32, as the app is shown it.
    pub fn new(secret: &str) -> Self {
        Self {
            shown: secret.to_owned(),
            secret: from_base32(secret),
            last_step: 0,
        }
    }

    /// Sets up the second factor of a member and gives the app and the recovery codes.
    pub async fn set_up(stack: &Stack, member: &Member, tokens: &Tokens) -> (Self, Vec<String>) {
        let visitor = &member.visitor;
        let begun = visitor
            .post_as(
                &tokens.access,
                "/api/v1/auth/mfa/totp/",
                &json!({"password": member.password}),
            )
            .await;
        let mut authenticator = Self::new(begun.expect(200).text("secret"));
        let code = json!({ "code": authenticator.code().await });
        let confirmed = visitor
            .post_as(&tokens.access, "/api/v1/auth/mfa/totp/confirm/", &code)
            .await
            .expect(200);
        let codes = confirmed.json["recovery_codes"].as_array().into_iter();
        let codes = codes.flatten().filter_map(|code| code.as_str());
        let codes: Vec<String> = codes.map(str::to_owned).collect();
        assert_eq!(codes.len(), 10);
        stack.mail_to(&member.email, "has a second factor").await;
        (authenticator, codes)
    }

    /// The secret, as it was shown.
    pub fn secret(&self) -> &str {
        &self.shown
    }

    /// A code that it has not given yet. The service takes those of the step before and after too, so this seldom waits.
    pub async fn code(&mut self) -> String {
        self.last_step = (self.last_step + 1).max(step_now());
        while step_now() + 1 < self.last_step {
            sleep(Duration::from_millis(200)).await;
        }
        self.code_of(self.last_step)
    }

    /// The code it gave last.
    pub fn last_code(&self) -> String {
        self.code_of(self.last_step)
    }

    fn code_of(&self, step: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 0x0f);
        let bytes = [
            tag[offset],
            tag[offset + 1],
            tag[offset + 2],
            tag[offset + 3],
        ];
        let number = u32::from_be_bytes(bytes) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

fn step_now() -> u64 {
    let elapsed = UNIX_EPOCH.elapsed();
    let elapsed = elapsed.expect("the machine's clock is past 1970");
    elapsed.as_secs() / STEP_SECONDS
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
    use super::Authenticator;

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, cut to six digits; the secret is "12345678901234567890".
        let authenticator = Authenticator::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(authenticator.code_of(seconds / 30), code);
        }
    }
}
