//! The proof that an e-mail address is its owner's.

mod store;

pub use store::{Followed, VerificationOutcome, Verifications};
