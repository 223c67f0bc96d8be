//! The mail the product has sent: read from the emulator's SES, kept over a restart, and searched for
//! the links and codes a person would look for.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use local_aws::{HttpClient, get, http_client};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A mail is out within a second; after a failed try the worker waits up to a minute.
const WAIT_LIMIT: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(150);

/// A mail that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Mail {
    /// The id that SES gave the mail.
    pub(crate) id: String,
    /// The moment at which the mail was sent (RFC 3339).
    pub(crate) time: String,
    /// The sender of the mail.
    pub(crate) from: String,
    /// The recipients of the mail.
    pub(crate) to: Vec<String>,
    /// The subject of the mail.
    pub(crate) subject: String,
    /// The text part of the mail.
    pub(crate) text: String,
    /// The HTML part of the mail.
    pub(crate) html: String,
    /// The links in the plain text.
    pub(crate) links: Vec<String>,
    /// The one-time codes in the plain text: six digits that stand alone.
    pub(crate) codes: Vec<String>,
    /// The values of `token=` in the links.
    pub(crate) tokens: Vec<String>,
}

/// What to look for in a mail.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// A token of a link. The newest, as often as asked.
    Token,
    /// A one-time code: the newest that was not handed out before, because it is good once.
    Code,
}

/// All mail sent so far.
#[derive(Clone)]
pub(crate) struct Mailbox {
    http: HttpClient,
    url: String,
    file: PathBuf,
    kept: Arc<Vec<Mail>>,
    handed_out: Arc<Mutex<HashSet<String>>>,
}

impl Mailbox {
    /// The mailbox of the emulator on a port; `file` holds what earlier runs sent.
    pub(crate) fn open(emulator: u16, file: PathBuf) -> Self {
        let kept = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self {
            http: http_client(),
            url: format!("http://127.0.0.1:{emulator}/_ministack/ses/messages"),
            file,
            kept: Arc::new(kept),
            handed_out: Arc::default(),
        }
    }

    /// All mail, newest first.
    pub(crate) async fn list(&self) -> Result<Vec<Mail>> {
        let answer = get(&self.http, &self.url).await?.json()?;
        let mut mails: BTreeMap<String, Mail> = self
            .kept
            .iter()
            .map(|mail| (mail.id.clone(), mail.clone()))
            .collect();
        for message in answer["messages"]
            .as_object()
            .into_iter()
            .flat_map(|accounts| accounts.values())
            .filter_map(Value::as_array)
            .flatten()
        {
            let mail = read(message).context("a mail without a time")?;
            mails.insert(mail.id.clone(), mail);
        }
        let mut mails: Vec<_> = mails.into_values().collect();
        mails.sort_by(|one, other| other.time.cmp(&one.time));
        Ok(mails)
    }

    /// Keep what was sent for the next run: the emulator does not.
    pub(crate) async fn save(&self) -> Result<()> {
        let mails = self.list().await?;
        std::fs::write(&self.file, serde_json::to_vec(&mails)?)?;
        Ok(())
    }

    /// Wait for a mail to somebody with what is wanted in it.
    pub(crate) async fn find(&self, to: &str, wanted: Wanted) -> Result<Option<String>> {
        let started = Instant::now();
        loop {
            let mails = self.list().await?;
            if let Some(found) = self.newest(&mails, to, wanted) {
                return Ok(Some(found));
            }
            if started.elapsed() > WAIT_LIMIT {
                return Ok(None);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    fn newest(&self, mails: &[Mail], to: &str, wanted: Wanted) -> Option<String> {
        let mail = mails.iter().find(|mail| {
            let matches = mail
                .to
                .iter()
                .any(|address| address.to_lowercase().contains(&to.to_lowercase()));
            let has_it = match wanted {
                Wanted::Token => !mail.tokens.is_empty(),
                Wanted::Code => !mail.codes.is_empty(),
            };
            matches && has_it
        })?;
        match wanted {
            Wanted::Token => mail.tokens.first().cloned(),
            Wanted::Code => {
                let mut handed_out = self
                    .handed_out
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                // A restart forgets what was handed out, but the code was good for minutes only.
                let new = !self.kept.iter().any(|old| old.id == mail.id);
                (new && handed_out.insert(mail.id.clone()))
                    .then(|| mail.codes.first().cloned())
                    .flatten()
            }
        }
    }
}

fn read(message: &Value) -> Option<Mail> {
    let text_of = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
    let text = text_of("BodyText");
    let milliseconds = message["Timestamp"].as_f64()? * 1000.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 fit"
    )]
    let time = jiff::Timestamp::from_millisecond(milliseconds as i64).ok()?;
    let links = links(&text);
    Some(Mail {
        id: text_of("MessageId"),
        time: format!("{time:.3}"),
        from: text_of("Source"),
        to: message["To"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|address| address.as_str().map(str::to_owned))
            .collect(),
        subject: text_of("Subject"),
        html: text_of("BodyHtml"),
        codes: codes(&text),
        tokens: links.iter().filter_map(|link| token(link)).collect(),
        links,
        text,
    })
}

fn links(text: &str) -> Vec<String> {
    text.split(|character: char| character.is_whitespace() || "<>\"'".contains(character))
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .map(|word| word.trim_end_matches(['.', ',', ')', ']', ';']).to_owned())
        .collect()
}

fn codes(text: &str) -> Vec<String> {
    text.split(|character: char| {
        // What may hold six digits without being a code: a word, a link, a date, an amount.
        !(character.is_alphanumeric() || "-_=/&?:.@+".contains(character))
    })
    .map(|word| word.trim_end_matches(['.', ':', '?']))
    .filter(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()))
    .map(str::to_owned)
    .collect()
}

fn token(link: &str) -> Option<String> {
    let (_, query) = link.split_once('?')?;
    let value = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="))?;
    Some(value.split('#').next().unwrap_or(value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{codes, links, token};

    #[test]
    fn a_code_is_six_digits_that_stand_alone() {
        assert_eq!(codes("Your code is 123456."), ["123456"]);
        assert_eq!(
            codes("123456\nGood for 10 minutes (600000 ms)"),
            ["123456", "600000"]
        );
        assert!(codes("https://a.example/?n=123456 1234567 2026-123456").is_empty());
    }

    #[test]
    fn a_link_is_found_with_its_token() {
        let found =
            links("Open <https://a.example/verify-email?token=0a-1b&x=1> or http://b.example/.");
        assert_eq!(
            found,
            [
                "https://a.example/verify-email?token=0a-1b&x=1",
                "http://b.example/"
            ]
        );
        assert_eq!(token(&found[0]).as_deref(), Some("0a-1b"));
        assert_eq!(token(&found[1]), None);
    }
}
