//! Where an account is in the identity table, and who owns its names.

pub(crate) use identity::items::{ACCOUNT, user};
use kernel::email::EmailAddress;
use store::Key;

use crate::profile::Username;

/// The item that says who owns an address. Only the first of several writes that race makes it, so addresses are unique.
pub(crate) fn email_owner(email: &EmailAddress) -> Key {
    Key::new(format!("EMAIL#{}", email.as_str()), "OWNER")
}

/// The item that says who owns a username.
pub(crate) fn username_owner(username: &Username) -> Key {
    Key::new(format!("USERNAME#{}", username.folded()), "OWNER")
}
