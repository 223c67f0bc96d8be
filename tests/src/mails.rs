use test_support::Mail;

use crate::poll::eventually;
use crate::stack::Stack;

impl Stack {
    /// The mails sent to an address so far, oldest first.
    pub async fn mails_to(&self, email: &str) -> Vec<Mail> {
        self.emulator.mails_to(email).await
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
            mails.iter().rev().find_map(|mail| mail.after(&start))
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
