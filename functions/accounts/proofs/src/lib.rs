//! The HTTP side that several crates of accounts share: the proofs of who somebody is, the way in, and how pictures are
//! shown.
//!
//! A crate of endpoints cannot use another one; what two of them need of HTTP is here, and what is no HTTP is in the
//! model (`accounts`).
//!
//! - [`sign_in`] is behind every log-in, whatever proved it. It begins a session and gives its tokens, or first asks
//!   for the second factor where the account has one ([`SignedIn`]). It spends the proof in the same transaction, so of
//!   two log-ins that race with one code, one gets in. Of an account that is to be deleted it says so, with what keeps it
//!   ([`DELETION_PENDING`]).
//! - [`check_password`], [`check_code`] and [`check_factor`] judge a proof again, before something that a stolen access
//!   token must not be enough for: a new password, another address, the end of the account. Each takes a try before it
//!   compares, and counts apart from log-ins, so that who guesses at the log-in cannot keep the owner from changing the
//!   password.
//! - [`note`] has log-ins counted, by method and outcome.
//! - [`AvatarUrls`] and [`AvatarRefusal`] are how answers show a picture, or why there is none.
//!
//! What they refuse with is an `ErrorCode` of this crate ([`WRONG_PASSWORD`], [`INVALID_CODE`], [`NO_FACTOR`]). An
//! endpoint that calls one lists its code in `.refusing(&[…])`.

mod avatar;
mod code;
mod deletion_pending;
mod factor;
mod log_in;
mod reauthenticate;
mod sign_in;

use kernel::settings::{Check, check};

pub use avatar::{AvatarRefusal, AvatarUrls};
pub use code::{CodeAnswer, Guesser, check_code};
pub use deletion_pending::{DELETION_PENDING, NotLetIn, PendingDeletion};
pub use factor::{
    CODE_USED, FactorAnswer, FactorTries, INVALID_CODE, NO_FACTOR, VerifiedFactor, check_factor,
    find_step, judge_factor, seal_totp, verify_factor,
};
pub use log_in::{Method, Outcome, note};
pub use reauthenticate::{WRONG_PASSWORD, check_password};
pub use sign_in::{FactorRequired, LoggedIn, LoggedInUser, SignedIn, device_of, sign_in};

/// The settings of the area. Each of its functions checks them all when it starts: with one that is missing none of them works.
pub const SETTINGS: &[Check] = &[check::<accounts::Settings>, check::<identity::Settings>];
