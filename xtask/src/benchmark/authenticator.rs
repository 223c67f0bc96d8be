//! The app that shows the codes of a second factor.

use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, anyhow};
use local_aws::now;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// The number of seconds for which a code is shown (RFC 6238, section 5.2).
const STEP_SECONDS: u64 = 30;

/// An authenticator app with one secret.
#[derive(Clone)]
pub(crate) struct Authenticator(Totp);

impl Authenticator {
    /// Take in a secret in base32, as the app is shown it.
    pub(crate) fn new(secret: &str) -> Result<Self> {
        let secret = Secret::try_from_base32(secret).map_err(|error| anyhow!("{error:?}"))?;
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP_SECONDS)
            .with_secret(secret)
            .build();
        Ok(Self(totp.map_err(|error| anyhow!("{error:?}"))?))
    }

    /// The code it shows now.
    pub(crate) fn code(&self) -> Result<String> {
        Ok(self.code_at(seconds()?))
    }

    /// The code it shows next. It is taken already, for clocks that are ahead, and is newer than any that it has shown.
    pub(crate) fn next_code(&self) -> Result<String> {
        Ok(self.code_at(seconds()? + STEP_SECONDS))
    }

    fn code_at(&self, seconds: u64) -> String {
        self.0.generate(seconds).to_string()
    }
}

fn seconds() -> Result<u64> {
    let elapsed = now().duration_since(UNIX_EPOCH);
    Ok(elapsed
        .context("the machine's clock is before 1970")?
        .as_secs())
}

#[cfg(test)]
mod tests {
    use super::Authenticator;

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, cut to six digits; the secret is "12345678901234567890".
        let authenticator = Authenticator::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(authenticator.code_at(59), "287082");
        assert_eq!(authenticator.code_at(1_111_111_109), "081804");
    }
}
