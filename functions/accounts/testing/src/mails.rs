//! What the area's mails bring.

use test_support::Mail;

use crate::TestApp;

impl TestApp {
    /// The newest code sent to an address.
    pub async fn code_of(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        let code = mails.iter().rev().find_map(Mail::code);
        code.unwrap_or_else(|| panic!("no code was sent to {email}: {mails:#?}"))
    }

    /// The newest verification token sent to an address.
    pub async fn token_of(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        let token = mails.iter().rev().find_map(Mail::token);
        token.unwrap_or_else(|| panic!("no link was sent to {email}: {mails:#?}"))
    }
}
