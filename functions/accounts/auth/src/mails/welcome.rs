//! "Your account is open. Was it you who opened it?"

use accounts::link::LinkToken;
use mail::{LinkView, link_mail, templates};

link_mail! {
    /// Greets somebody whose address has just been verified, with a link that says it was not them who chose the password.
    pub struct Welcome {
        /// The person who joined, at the address that was verified, where the account has another by now.
        addressee
    }
    token: LinkToken,
    page: "/not-me",
}

templates!(
    LinkView,
    "welcome",
    "welcome/subject.txt",
    "welcome/body.txt",
    "welcome/body.html"
);
