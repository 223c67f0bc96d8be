//! The audit log: who did what to what, from where, and whether it worked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AuditId, UserId};

/// What happened.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
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
    /// A session was ended: by its owner, by a link, or by an administrator.
    SessionRevoked,
    /// All sessions of an account, or all but one, were ended.
    SessionsRevoked,
    /// A session was given a name.
    SessionRenamed,
    /// A link to choose a new password was asked for.
    PasswordResetRequested,
    /// A password was chosen by such a link.
    PasswordReset,
    /// A password was changed by its owner.
    PasswordChanged,
    /// A second factor is being set up.
    FactorBegun,
    /// A second factor is asked for from now on.
    FactorAdded,
    /// It no longer is.
    FactorRemoved,
    /// New recovery codes took the place of the old ones.
    RecoveryCodesRenewed,
    /// The first proof of a log-in was right, and the second factor is asked for.
    ChallengeIssued,
    /// A profile was changed.
    ProfileChanged,
    /// Another e-mail address was asked for.
    EmailChangeRequested,
    /// An account has another e-mail address.
    EmailChanged,
    /// The owner said of something done in their name that it was not them.
    ActivityDenied,
    /// A picture was taken into a profile, or out of it.
    AvatarChanged,
    /// A copy of all data was asked for.
    ExportRequested,
    /// A copy of all data was fetched.
    ExportFetched,
    /// An account is to be deleted.
    DeletionRequested,
    /// It is not, after all.
    DeletionCancelled,
    /// Everything about an account is gone.
    Deleted,
    /// An administrator changed an account.
    UserChanged,
    /// An administrator took a one-time code away.
    OtpDeleted,
    /// Somebody left their address before the product opens.
    PreRegistered,
    /// The owner of such an address confirmed it.
    PreRegistrationConfirmed,
    /// A list was taken out as a file.
    Exported,
}

impl Action {
    /// Its name in the log and in answers.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The action with this name.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

/// What an entry's action changed, field by field. Never an address, a code or a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field.
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
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
    /// What it changed, where that is told.
    pub changes: Vec<Change>,
    /// Where from.
    pub origin: Origin,
}

impl Entry {
    /// The same, of something that did not work.
    #[must_use]
    pub fn failed(self) -> Self {
        Self {
            success: false,
            ..self
        }
    }

    /// The same, with what was changed.
    #[must_use]
    pub fn with_changes(self, changes: Vec<Change>) -> Self {
        Self { changes, ..self }
    }
}
