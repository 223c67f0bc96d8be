//! "Choose a new password."

use accounts::link::LinkToken;
use mail::{LinkView, link_mail, templates};

link_mail! {
    /// Brings the link that chooses a new password.
    pub struct PasswordReset {
        /// The owner of the account whose password was forgotten.
        addressee
    }
    token: LinkToken,
    page: "/reset-password",
}

templates!(
    LinkView,
    "password_reset",
    "password_reset/subject.txt",
    "password_reset/body.txt",
    "password_reset/body.html"
);
