//! Log-ins as they are counted: what somebody came with, and what became of it. Whose account it was is in no figure.

use accounts::factor::FactorKind;
use accounts::login::Proof;
use cloud::metrics::LOG_IN;

/// What somebody wants to log in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The password.
    Password,
    /// A one-time code that was mailed.
    Code,
    /// A code of the authenticator, after the first proof.
    Totp,
    /// A recovery code in its place.
    RecoveryCode,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The caller is logged in.
    Accepted,
    /// The proof is right, and the second factor is asked for.
    Challenged,
    /// The proof is wrong, or there is no such account, or it may not log in.
    Refused,
    /// The proof is right, and its time is over.
    Expired,
    /// The password is right, and the address is not verified.
    Unverified,
    /// The proof is right, and the account is to be deleted.
    DeletionPending,
}

impl Method {
    /// What is given by a proof.
    pub(crate) fn of(proof: &Proof<'_>) -> Self {
        match proof {
            Proof::Password { .. } => Self::Password,
            Proof::Code { .. } => Self::Code,
            Proof::Factor { .. } if proof.is_recovery_code() => Self::RecoveryCode,
            Proof::Factor { .. } => Self::Totp,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

impl From<FactorKind> for Method {
    fn from(kind: FactorKind) -> Self {
        match kind {
            FactorKind::Totp => Self::Totp,
            FactorKind::RecoveryCodes => Self::RecoveryCode,
        }
    }
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Challenged => "challenged",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Unverified => "unverified",
            Self::DeletionPending => "deletion_pending",
        }
    }
}

/// Has a log-in counted.
pub fn note(method: Method, outcome: Outcome) {
    let (method, outcome) = (method.as_str(), outcome.as_str());
    tracing::info!(name: LOG_IN.name, log_ins = 1, login.method = method, login.outcome = outcome, "somebody logs in");
}
