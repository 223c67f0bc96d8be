//! The second factor: time-based one-time passwords (RFC 6238) and recovery codes.

use jiff::{SignedDuration, Timestamp};
use kernel::id::UserId;

/// The time for which a log-in waits for its second factor.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// The time for which an ended challenge is remembered.
pub const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// The number of tries that a challenge survives.
pub const MAX_TRIES: u32 = 5;

/// The time for which a new secret waits for its first right code: long enough to fetch another telephone.
pub const SETUP: SignedDuration = SignedDuration::from_mins(30);

/// The age of its newest proof below which a session may set up a second factor without the password. A token that was stolen long ago must not
/// be enough to lock the owner out.
pub const FRESH_SESSION: SignedDuration = SignedDuration::from_mins(10);

/// A log-in that waits for its second factor.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// The digest of its token.
    pub digest: String,
    /// The account that logs in.
    pub user_id: UserId,
    /// The moment at which the first proof was right.
    pub created_at: Timestamp,
    /// The moment at which the challenge expires.
    pub expires_at: Timestamp,
}
