//! The token that scrapes are let in with.

use std::sync::{Mutex, PoisonError};

use cloud::{Ahead, App, SecretError};
use jiff::{SignedDuration, Timestamp};
use operations::metrics::Scraping;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Fewest characters of the token; `MetricsToken` in `template.yaml` asks for as many. A shorter one lets nobody in.
const SHORTEST: usize = 20;

/// The time after which the token is read again, so that another one is known to all processes soon.
const KEPT: SignedDuration = SignedDuration::from_mins(5);

/// The digest of the token: what is compared has one length, and the token itself is not kept.
#[derive(Clone, Copy)]
pub(crate) struct Token(Option<[u8; 32]>);

#[derive(Default)]
struct Kept(Mutex<Option<(Token, Timestamp)>>);

/// What the page needs before its first call.
pub(crate) const TOKEN: Ahead = Ahead::secret(
    |app| app.section::<Scraping>().token_secret.clone(),
    |app, secret| {
        keep(app, &secret);
        Ok(())
    },
);

/// The token; none where there is no page.
pub(crate) async fn token(app: &App) -> Result<Option<Token>, SecretError> {
    let id = &app.section::<Scraping>().token_secret;
    if id.is_empty() {
        return Ok(None);
    }
    let kept = app.part::<Kept>();
    let kept = *kept.0.lock().unwrap_or_else(PoisonError::into_inner);
    let token = match kept {
        Some((token, since)) if app.now().duration_since(since) < KEPT => token,
        _ => keep(
            app,
            &app.secrets().read(id, "read the token of scrapes").await?,
        ),
    };
    Ok(token.0.is_some().then_some(token))
}

impl Token {
    fn of(secret: &SecretString) -> Self {
        let text = secret.expose_secret().as_bytes();
        Self((text.len() >= SHORTEST).then(|| Sha256::digest(text).into()))
    }

    /// Whether a caller has sent it. It takes as long for any other.
    pub(crate) fn is(&self, sent: &str) -> bool {
        let sent: [u8; 32] = Sha256::digest(sent.as_bytes()).into();
        self.0.is_some_and(|own| bool::from(own.ct_eq(&sent)))
    }
}

fn keep(app: &App, secret: &SecretString) -> Token {
    let token = Token::of(secret);
    let kept = app.part::<Kept>();
    *kept.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((token, app.now()));
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_046_a_short_token_lets_nobody_in() {
        for short in ["", "off", "nineteen-characters"] {
            let token = Token::of(&short.into());
            assert!(!token.is(short) && !token.is(""), "{short}");
        }
        let token = Token::of(&"twenty-characters-it".into());
        assert!(token.is("twenty-characters-it"));
        assert!(!token.is("twenty-characters-i") && !token.is(""));
    }
}
