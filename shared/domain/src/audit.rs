//! The audit log: who did what to what, from where, and whether it worked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AuditId, UserId};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// Something was made.
    Create,
    /// An e-mail address was shown to be its owner's.
    EmailVerified,
    /// A verification link was asked for.
    VerificationRequested,
    /// A one-time code was asked for.
    OtpRequested,
    /// Somebody logged in.
    Login,
    /// Somebody tried to.
    LoginFailed,
    /// A limit was reached; written once per window.
    RateLimitExceeded,
    /// An old refresh token came back, and its session was ended.
    TokenReuse,
    /// An account was given another role.
    RoleChanged,
    /// A new signing key took over.
    SigningKeyRotated,
}

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The caller's address, as the gateway saw it.
    pub client: String,
    /// Its `User-Agent`, cut to a sane length.
    pub agent: String,
    /// The request's id, as in the answer's `x-request-id`.
    pub request_id: String,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Identifier.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who, where that is known.
    pub actor: Option<UserId>,
    /// What.
    pub action: Action,
    /// To what: `user/ID`, `limit/NAME`. Never an address, a code or a token.
    pub object: String,
    /// Whether it worked.
    pub success: bool,
    /// Where from.
    pub origin: Origin,
}
