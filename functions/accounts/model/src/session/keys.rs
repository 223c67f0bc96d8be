//! Where the sessions of an account are in the identity table.

pub(crate) use identity::items::{SESSIONS, session};
use jiff::Timestamp;
use kernel::id::{SessionId, UserId};
use store::Key;

/// The place where the sessions of an account begin that began at a moment or later.
pub(crate) fn sessions_since(user_id: UserId, moment: Timestamp) -> Key {
    session(user_id, SessionId::first_of(moment))
}
