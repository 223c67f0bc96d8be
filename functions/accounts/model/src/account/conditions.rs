//! What several writes of an account have in common: conditions on it, and attributes that go together.

use jiff::Timestamp;
use kernel::role::Role;
use store::condition::{Condition, absent, at_most, equals, less};
use store::value::millis;

use crate::account::User;
use crate::session::Session;

/// Nobody has locked the account, and it is not about to be deleted.
pub(crate) fn is_open() -> Condition {
    absent("disabled").and(absent("deletion_due_at"))
}

/// The account says of itself that it has this role. One that says nothing has the usual one.
pub(crate) fn says_role(role: Role) -> Condition {
    let says = equals("role", role.as_str());
    if role == Role::default() {
        says.or(absent("role"))
    } else {
        says
    }
}

/// Nobody has locked the account, and it is there for good or can still be kept.
pub(crate) fn can_be_kept() -> Condition {
    absent("disabled").and(absent("deletion_task"))
}

/// Since a session of the account was looked at, nobody has ended all its sessions, locked it, or asked for its deletion. It
/// does not say that this one session goes on: see [`still_open`](crate::session::Sessions::still_open).
pub(crate) fn is_still_open(session: &Session) -> Condition {
    at_most("sessions_valid_from", millis(session.valid_at())).and(is_open())
}

/// The moment from which sessions are valid is the one that was read. Every link that closes an account moves it on, and may
/// make another link void.
pub(crate) fn sessions_as_read(user: &User) -> Condition {
    equals("sessions_valid_from", millis(user.sessions_valid_from))
}

/// Nobody proved to be the owner at or after the moment sessions are ended from.
///
/// That moment is chosen before the change is written, so a log-in may come between. Its session must not outlive the
/// change: see [`end_of_sessions`](crate::account::User::end_of_sessions).
pub(crate) fn no_later_proof(sessions_valid_from: Timestamp) -> Condition {
    absent("last_proof_at").or(less("last_proof_at", millis(sessions_valid_from)))
}

/// Attribute: the newest write of the account has changed what lists show of it. The stream wakes `index_people` for such
/// writes alone. A log-in, which changes an account oftenest and nothing of that, takes it away.
pub(crate) const LISTED: &str = "listed";
/// The value of [`LISTED`]; what filters a stream compares texts.
pub(crate) const ANEW: &str = "anew";

/// Attributes: every link that could change the account. They are over once a password is new, as the sessions are.
pub(crate) const OTHER_WAYS: [&str; 4] = [
    "password_reset",
    EMAIL_CHANGE[0],
    EMAIL_CHANGE[1],
    EMAIL_CHANGE[2],
];

/// Attributes: what says of an account that it is to have another address.
pub(crate) const EMAIL_CHANGE: [&str; 3] = ["email_change", "pending_email", "pending_email_until"];

/// Attributes: what says of an account that it is to be deleted.
pub(crate) const DELETION: [&str; 4] = ["deletion_due_at", "due_pk", "due_sk", "deletion_cancel"];
