//! The second factor: time-based one-time passwords (RFC 6238) and recovery codes.

mod recovery_code;
mod totp;

use jiff::{SignedDuration, Timestamp};

use crate::id::UserId;

pub use recovery_code::{RECOVERY_CODES, RecoveryCode};
pub use totp::TotpSecret;

/// How long a log-in waits for its second factor.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How long an ended challenge is remembered.
pub const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// Tries a challenge survives.
pub const MAX_TRIES: u32 = 5;

/// How long a new secret waits for its first right code: long enough to fetch another telephone.
pub const SETUP: SignedDuration = SignedDuration::from_mins(30);

/// How young a session must be to set up a second factor without the password. A token that was stolen long ago must not be
/// enough to lock the owner out.
pub const FRESH_SESSION: SignedDuration = SignedDuration::from_mins(10);

/// A log-in that waits for its second factor.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// The digest of its token.
    pub digest: String,
    /// Whose log-in it is.
    pub user_id: UserId,
    /// When the first proof was right.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}
