//! What the lists of mailed codes and links are narrowed to.

use kernel::email::EmailAddress;
use serde::Deserialize;
use store::Wanted;

/// What of an entry says whether it is wanted.
#[derive(Deserialize)]
struct Facts {
    email: EmailAddress,
}

/// Entries of mails to an address; all, without one.
pub(crate) fn sent_to(email: Option<&EmailAddress>) -> Wanted<'_> {
    let Some(email) = email else {
        return Wanted::all();
    };
    let is_theirs = move |facts: Facts| facts.email == *email;
    Wanted::by(&["email"], "find mails to an address", is_theirs)
}
