//! Ending mails of one topic by a link, without a log-in (RFC 8058).
//!
//! The link is in the mail itself, so whoever has it can read the mailbox. It is good for ever, since a mail may be read late,
//! and all that it does is to end mails of its topic to its address; the owner has them again by the settings of the account.
//! Nothing is kept for it: the token says what it ends, with a keyed hash (HMAC-SHA-256) that shows that we wrote it.

use std::sync::Arc;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::{Ahead, App, SecretError};
use kernel::digest::sha256_hex;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::settings::{BadSetting, Environment, Section};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OnceCell;

use crate::notifications::Topic;

/// What is signed begins with it. The secret is that of one-time codes, whose texts begin with an address: no hash of the one is
/// ever one of the other.
const USE: &str = "opt-out";

/// The hexadecimal digits of an address that a token has: enough to tell an old address of an account from its new one.
const DIGITS: usize = 16;

/// Fewest characters of a secret that a key is made of.
const MIN_SECRET: usize = 32;

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 256;

/// The mails that a link ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    /// The account whose owner gets them.
    pub user_id: UserId,
    /// What they are about.
    pub topic: Topic,
    address: String,
}

/// The key that tokens are signed with.
#[derive(Debug, Clone)]
pub struct OptOutKey(Key);

/// Where the key is.
#[derive(Debug, Clone)]
pub struct OptOutSettings {
    /// `CODE_PEPPER_SECRET`: the secret that it is made of, in Secrets Manager.
    pub secret: String,
}

#[derive(Default)]
struct Kept(OnceCell<Arc<OptOutKey>>);

/// What functions need that are called by such a link.
pub const OPT_OUT_KEY: Ahead = Ahead::secret(
    |app| app.section::<OptOutSettings>().secret.clone(),
    |app, secret| {
        // Nobody reads it meanwhile: the first event comes after.
        let _ = app.part::<Kept>().0.set(Arc::new(OptOutKey::of(&secret)?));
        Ok(())
    },
);

/// The key, read once by a process.
///
/// # Errors
/// The secret cannot be had, or is too short to be one.
pub async fn opt_out_key(app: &App) -> Result<Arc<OptOutKey>, SecretError> {
    let read = || async {
        let id = &app.section::<OptOutSettings>().secret;
        let secret = app.secrets().read(id, "read the key of opt-outs").await?;
        Ok(Arc::new(OptOutKey::of(&secret)?))
    };
    let kept = app.part::<Kept>();
    kept.0.get_or_try_init(read).await.map(Arc::clone)
}

impl OptOutKey {
    fn of(secret: &SecretString) -> Result<Self, SecretError> {
        let secret = secret.expose_secret();
        if secret.len() < MIN_SECRET {
            return Err(SecretError::Malformed("key of opt-outs"));
        }
        Ok(Self(Key::new(HMAC_SHA256, secret.as_bytes())))
    }
}

impl OptOut {
    /// The mails about a topic that an account gets at an address.
    pub fn of(user_id: UserId, topic: Topic, address: &EmailAddress) -> Self {
        let mut digest = sha256_hex(format!("{USE}\0{}", address.as_str()).as_bytes());
        digest.truncate(DIGITS);
        Self {
            user_id,
            topic,
            address: digest,
        }
    }

    /// Whether it is about the mails to an address.
    pub fn is_of(&self, address: &EmailAddress) -> bool {
        *self == Self::of(self.user_id, self.topic, address)
    }

    /// The token of a link that ends them.
    pub fn token(&self, key: &OptOutKey) -> String {
        let said = self.said();
        let mac = sign(&key.0, signed(&said).as_bytes());
        let [said, mac] = [said.as_bytes(), mac.as_ref()].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!("{said}.{mac}")
    }

    /// What a token ends. `None` where we did not write it.
    pub fn read(token: &str, key: &OptOutKey) -> Option<Self> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let (said, mac) = token.split_once('.')?;
        let said = String::from_utf8(URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        verify(&key.0, signed(&said).as_bytes(), &mac).ok()?;
        let mut parts = said.splitn(3, ' ');
        Some(Self {
            user_id: parts.next()?.parse().ok()?,
            topic: Topic::named(parts.next()?)?,
            address: parts.next()?.to_owned(),
        })
    }

    /// What a token says.
    fn said(&self) -> String {
        let topic = self.topic.as_str();
        format!("{} {topic} {}", self.user_id, self.address)
    }
}

/// What the keyed hash of it is made of.
fn signed(said: &str) -> String {
    format!("{USE}\0{said}")
}

impl Section for OptOutSettings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        Ok(Self {
            secret: environment.text("CODE_PEPPER_SECRET")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";

    fn key(letter: &str) -> OptOutKey {
        OptOutKey::of(&letter.repeat(MIN_SECRET).into()).unwrap()
    }

    fn opt_out(topic: Topic) -> OptOut {
        OptOut::of(USER.parse().unwrap(), topic, &address("ann@example.com"))
    }

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn a_token_says_what_it_ends() {
        for topic in Topic::ALL {
            let token = opt_out(topic).token(&key("k"));
            let read = OptOut::read(&token, &key("k")).unwrap();
            assert_eq!(read, opt_out(topic));
            assert!(read.is_of(&address("ann@example.com")));
            assert!(!read.is_of(&address("ann@example.org")));
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            assert!(token.chars().all(is_plain), "{token}");
            assert!(!token.contains("example"), "{token}");
        }
    }

    #[test]
    fn a_token_that_we_did_not_write_is_none() {
        let token = opt_out(Topic::Tips).token(&key("k"));
        assert_eq!(OptOut::read(&token, &key("l")), None);
        let (said, mac) = token.split_once('.').unwrap();
        let others = opt_out(Topic::Payment).token(&key("k"));
        let (other, _) = others.split_once('.').unwrap();
        for wrong in [
            String::new(),
            ".".to_owned(),
            said.to_owned(),
            format!("{said}."),
            format!("{other}.{mac}"),
            format!("{said}.{mac}A"),
            format!("{said}.{}", &mac[1..]),
            format!("{token}.{mac}"),
            "a".repeat(MAX_TOKEN + 1),
        ] {
            assert_eq!(OptOut::read(&wrong, &key("k")), None, "{wrong}");
        }
    }

    #[test]
    fn abuse_046_a_short_secret_is_no_key() {
        for secret in ["", "{}", &"k".repeat(MIN_SECRET - 1)] {
            assert!(OptOutKey::of(&secret.into()).is_err(), "{secret:?}");
        }
    }
}
