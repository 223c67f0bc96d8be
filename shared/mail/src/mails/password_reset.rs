//! "Choose a new password."

use super::{LinkView, link_mail, templates};

link_mail! {
    /// Brings the link that chooses a new password.
    pub struct PasswordReset {
        /// Whose account it is.
        addressee
    }
    "/reset-password"
}

templates!(
    LinkView,
    "password_reset",
    "password_reset/subject.txt",
    "password_reset/body.txt",
    "password_reset/body.html"
);
