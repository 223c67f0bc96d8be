//! The second factor: time-based one-time passwords (RFC 6238) and recovery codes.

use jiff::{SignedDuration, Timestamp};

use crate::id::UserId;

/// How long a log-in waits for its second factor.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How long an ended challenge is remembered.
pub const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// Tries a challenge survives.
pub const MAX_TRIES: u32 = 5;

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
