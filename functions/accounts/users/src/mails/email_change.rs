//! "Please confirm your new address."

use accounts::link::LinkToken;
use mail::{LinkView, link_mail, templates};

link_mail! {
    /// Asks for the proof that the address an account is to have is its owner's.
    pub struct EmailChange {
        /// The owner of the account, with the address it is to have.
        addressee
    }
    token: LinkToken,
    page: "/confirm-email",
}

templates!(
    LinkView,
    "email_change",
    "email_change/subject.txt",
    "email_change/body.txt",
    "email_change/body.html"
);
