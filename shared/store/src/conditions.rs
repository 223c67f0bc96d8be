//! What several writes of an account have in common: conditions on it, and attributes that go together.

/// Looks at an account that changes between the look and the write, before it is given up.
pub(crate) const MAX_LOOKS: u32 = 4;

/// Condition: nobody has locked the account, and it is not about to be deleted.
pub(crate) const IS_OPEN: &str =
    "attribute_not_exists(#disabled) AND attribute_not_exists(#deletion_due_at)";

/// Condition: since a session of the account was looked at, nobody has ended all its sessions, locked it, or asked for its
/// deletion. `:valid_at` is that session's [`valid_at`](domain::session::Session::valid_at). It does not say that this one
/// session goes on: see [`still_open`](crate::Sessions::still_open).
pub(crate) const IS_STILL_OPEN: &str = "#sessions_valid_from <= :valid_at AND attribute_not_exists(#disabled) \
                                        AND attribute_not_exists(#deletion_due_at)";

/// Condition: the moment from which sessions are valid is the one that was read, `:before`. Every link that closes an account
/// moves it on, and may make another link void.
pub(crate) const SESSIONS_AS_READ: &str = "#sessions_valid_from = :before";

/// Condition: nobody proved to be the owner at or after the moment sessions are ended from.
///
/// That moment is chosen before the change is written, so a log-in may come between. Its session must not outlive the
/// change: see [`end_of_sessions`](domain::user::User::end_of_sessions).
pub(crate) const NO_LATER_PROOF: &str =
    "(attribute_not_exists(#last_proof_at) OR #last_proof_at < :sessions_valid_from)";

/// Attributes: every link that could change the account. They are over once a password is new, beside the sessions.
pub(crate) const OTHER_WAYS: &str = "#password_reset, #email_change, #pending_email";

/// Attributes: what says of an account that it is to be deleted.
pub(crate) const DELETION: &str = "#deletion_due_at, #due_pk, #due_sk, #deletion_cancel";
