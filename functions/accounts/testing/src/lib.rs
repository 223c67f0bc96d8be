//! What the tests of the accounts area share, and the tests of areas whose callers have accounts.
//!
//! A [`TestApp`] is an installation of `test-support` in which the accounts area runs, and speaks the area's verbs
//! (`register`, `request_otp`, `member`, `log_in`). It is one to all intents: every method of `test_support::TestApp` is its
//! own, and what else a test takes of that crate ([`Call`], [`Fault`]) is named here again, so that a test has one line to
//! import from.
//!
//! Where things are: [`area`] lists what runs, `verbs.rs` has the calls, `people.rs`, `admins.rs` and `factors.rs` make
//! accounts, `forge.rs` makes tokens that the product would never make, `records.rs` reads and changes the tables, `work.rs`
//! records tasks and runs schedules, `mails.rs` and `pictures.rs` read mails and send pictures, `index.rs` keeps the index of
//! people. Another area does the same for itself, as the head of `test-support` shows; if its callers log in, its `TestApp`
//! holds this one ([`TestApp::with`]).

mod admins;
mod app;
mod factors;
mod forge;
mod index;
mod mails;
mod people;
mod pictures;
mod records;
mod totp;
mod verbs;
mod work;

pub use admins::ADMIN_EMAIL;
pub use app::{TestApp, area};
pub use factors::{Factor, recovery_codes};
pub use forge::{Forge, altered, claims_of, malformed, wrong_claims, wrong_times};
pub use people::{LoggedIn, Person};
// `TestApp` alone is another: the one above.
pub use test_support::*;
