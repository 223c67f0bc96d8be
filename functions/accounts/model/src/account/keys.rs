//! Where an account is in the identity table, and who owns its names.

pub(crate) use identity::items::{ACCOUNT, user};
use kernel::email::EmailAddress;
use store::Key;

use crate::profile::Username;

/// The item that says who owns an address. Only the first of several writes that race makes it, so addresses are unique.
pub(crate) fn email_owner(email: &EmailAddress) -> Key {
    Key::new(format!("EMAIL#{}", email.as_str()), "OWNER")
}

/// The items that say who owns a username. An account that takes it takes all of them, so that no other spelling of it is
/// somebody else's.
///
/// The second is by its folded form. The first, where it is another, is by simple lower case: all that accounts have which
/// took their username when that had to be unique. Such a name may be the same as another's today; each is found by its own
/// spelling, because the first comes first.
pub(crate) fn username_owners(username: &Username) -> Vec<Key> {
    let mut forms = vec![username.lower_case(), username.folded()];
    forms.dedup();
    let keys = forms.into_iter();
    keys.map(|form| Key::new(format!("USERNAME#{form}"), "OWNER"))
        .collect()
}
