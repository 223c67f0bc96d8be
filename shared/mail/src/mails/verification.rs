//! "Please confirm that this is your address."

use super::{LinkView, link_mail, templates};

link_mail! {
    /// Asks for the proof that an address is its owner's.
    pub struct Verification {
        /// Who registered.
        addressee
    }
    "/verify-email"
}

templates!(
    LinkView,
    "verification",
    "verification/subject.txt",
    "verification/body.txt",
    "verification/body.html"
);
