//! Where second factors and challenges are in the identity table.

use kernel::id::UserId;
use store::Key;

/// A log-in that waits for its second factor, by the digest of its token.
pub(crate) fn challenge(digest: &str) -> Key {
    Key::new(format!("CHALLENGE#{digest}"), "CHALLENGE")
}

/// The second factor of an account, beside the account.
pub(crate) fn totp(user_id: UserId) -> Key {
    Key::new(format!("USER#{user_id}"), "TOTP")
}

/// The recovery codes of an account, beside the account.
pub(crate) fn recovery_codes(user_id: UserId) -> Key {
    Key::new(format!("USER#{user_id}"), "RECOVERY_CODES")
}
