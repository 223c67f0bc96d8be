//! The second factor: time-based one-time passwords (RFC 6238), recovery codes, and the challenge that asks for them.

pub(crate) mod challenges;
pub(crate) mod keys;
mod recovery_code;
mod removals;
mod rules;
mod seal;
mod store;
mod stored;
mod totp;

pub use challenges::Challenges;
pub use recovery_code::{RECOVERY_CODES, RecoveryCode};
pub use rules::*;
pub use seal::Seal;
pub use store::{FactorOutcome, Factors, NewFactor, Totp};
pub use stored::{FactorKind, StoredFactor};
pub use totp::TotpSecret;
