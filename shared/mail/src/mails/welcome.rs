//! "Your account is open. Was it you who opened it?"

use super::{LinkView, link_mail, templates};

link_mail! {
    /// Greets somebody whose address has just been verified, with a link that says it was not them who chose the password.
    pub struct Welcome {
        /// Who joined; the address that was verified, where the account has another by now.
        addressee
    }
    "/not-me"
}

templates!(
    LinkView,
    "welcome",
    "welcome/subject.txt",
    "welcome/body.txt",
    "welcome/body.html"
);
