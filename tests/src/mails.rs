use serde_json::Value;
use test_support::Mail;

use crate::poll::eventually;
use crate::stack::Stack;

impl Stack {
    /// The mails sent to an address so far, oldest first.
    pub async fn mails_to(&self, email: &str) -> Vec<Mail> {
        let url = format!(
            "{}/_ministack/ses/messages?account=000000000000",
            self.endpoint()
        );
        let answer = self.http.get_json(&url).await;
        let mails = answer["messages"]["000000000000"].as_array();
        let mut mails: Vec<Mail> = mails.into_iter().flatten().map(read).collect();
        mails.retain(|mail| mail.to == email);
        mails
    }

    /// Waits for a mail to an address whose subject contains these words.
    pub async fn mail_to(&self, email: &str, subject: &str) -> Mail {
        eventually(&format!("a mail '{subject}'"), async || {
            let mut mails = self.mails_to(email).await;
            mails.retain(|mail| mail.subject.contains(subject));
            mails.pop()
        })
        .await
    }

    /// Waits for a mail to an address that links to a page of the front end, such as `reset-password`, and gives the token
    /// of the newest such link.
    pub async fn token_for(&self, email: &str, page: &str) -> String {
        let start = format!("{}/{page}?token=", self.output("FrontendUrl"));
        eventually(&format!("a link to {page}"), async || {
            let mails = self.mails_to(email).await;
            let mut texts = mails.iter().rev().map(|mail| mail.text.as_str());
            texts.find_map(|text| {
                let (_, rest) = text.rsplit_once(&start)?;
                Some(rest.split_whitespace().next()?.to_owned())
            })
        })
        .await
    }

    /// Waits for the token of the newest of `count` mailed links.
    pub async fn token_to(&self, email: &str, count: usize) -> String {
        eventually("a mail with a link", async || {
            let mails = self.mails_to(email).await;
            mails.iter().filter_map(Mail::token).nth(count - 1)
        })
        .await
    }

    /// Waits for the newest of `count` mailed codes.
    pub async fn code_to(&self, email: &str, count: usize) -> String {
        eventually("a mail with a code", async || {
            let mails = self.mails_to(email).await;
            mails.iter().filter_map(Mail::code).nth(count - 1)
        })
        .await
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
