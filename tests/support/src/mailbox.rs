use serde_json::Value;

use crate::TestApp;
use crate::emulator::Emulator;

/// A mail that was sent.
#[derive(Debug, Clone)]
pub struct Mail {
    /// SES's id.
    pub id: String,
    /// The sender, with name.
    pub from: String,
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

impl Mail {
    /// The one-time code in it: six digits on a line of their own.
    pub fn code(&self) -> Option<String> {
        let is_code =
            |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
        let mut lines = self.text.lines().map(str::trim);
        lines.find(is_code).map(str::to_owned)
    }

    /// The link in it that stands on a line of its own.
    pub fn link(&self) -> Option<String> {
        let mut lines = self.text.lines();
        lines
            .find(|line| line.starts_with("https://") || line.starts_with("http://"))
            .map(str::to_owned)
    }

    /// The token of that link.
    pub fn token(&self) -> Option<String> {
        let link = self.link()?;
        link.split_once("token=").map(|(_, token)| token.to_owned())
    }

    /// What follows the last of these words in it, up to the next space: the token of a link to a certain page, say.
    pub fn after(&self, words: &str) -> Option<String> {
        let (_, rest) = self.text.rsplit_once(words)?;
        rest.split_whitespace().next().map(str::to_owned)
    }
}

impl Emulator {
    /// All mails that the account has sent, oldest first.
    pub async fn mails(&self) -> Vec<Mail> {
        self.sent_mails().await.iter().map(read).collect()
    }

    /// The mails sent to an address, oldest first.
    pub async fn mails_to(&self, email: &str) -> Vec<Mail> {
        let mut mails = self.mails().await;
        mails.retain(|mail| mail.to == email);
        mails
    }
}

impl TestApp {
    /// All mails sent, oldest first.
    pub async fn mails(&self) -> Vec<Mail> {
        self.emulator.mails().await
    }

    /// The mails sent to an address, oldest first.
    pub async fn mails_to(&self, email: &str) -> Vec<Mail> {
        self.emulator.mails_to(email).await
    }
}

fn read(message: &Value) -> Mail {
    let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
    Mail {
        id: text("MessageId"),
        from: text("Source"),
        to: message["To"][0].as_str().unwrap_or_default().to_owned(),
        subject: text("Subject"),
        text: text("BodyText"),
        html: text("BodyHtml"),
    }
}
