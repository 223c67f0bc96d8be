//! Where the former addresses of an account are in the identity table.

use jiff::{SignedDuration, Timestamp};
use kernel::id::{TaskId, UserId};
use store::Key;

/// What the sort keys of an account's former addresses begin with.
pub(crate) const FORMER_EMAILS: &str = "FORMER_EMAIL#";

/// The address an account had before a change, beside the account, by the task that tells that address.
pub(crate) fn former_email(user_id: UserId, notice: TaskId) -> Key {
    Key::new(
        format!("USER#{user_id}"),
        &format!("{FORMER_EMAILS}{notice}"),
    )
}

/// The place where the former addresses begin that an account had until after a moment.
pub(crate) fn former_emails_after(user_id: UserId, moment: Timestamp) -> Key {
    former_email(
        user_id,
        TaskId::first_of(moment + SignedDuration::from_millis(1)),
    )
}
