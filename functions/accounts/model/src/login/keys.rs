//! Where the devices that an account knows are in the identity table.

use kernel::id::UserId;
use store::Key;

/// What the sort keys of an account's devices begin with.
pub(crate) const DEVICES: &str = "DEVICE#";

/// A device that an account has logged in from, beside the account: by the id that goes with its token, or by the digest of
/// what it is and where, which is longer.
pub(crate) fn device(user_id: UserId, device: &str) -> Key {
    Key::new(format!("USER#{user_id}"), &format!("{DEVICES}{device}"))
}
