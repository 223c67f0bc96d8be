//! "Please confirm that you want to hear from us."

use accounts::link::LinkToken;
use mail::{LinkView, link_mail, templates};

link_mail! {
    /// Asks for the proof that an address left before the opening is its owner's.
    pub struct PreRegistration {
        /// The person who left the address.
        addressee
    }
    token: LinkToken,
    page: "/pre-registration",
}

templates!(
    LinkView,
    "pre_registration",
    "pre_registration/subject.txt",
    "pre_registration/body.txt",
    "pre_registration/body.html"
);
