//! Mails that were sent, and addresses that get none.
//!
//! Who sends a mail records it ([`Mails::record_sent`]); what SES says of it later is an [`Event`], which moves its status
//! forward and, where the address is no good or its owner does not want our mail, suppresses the address ([`Suppressions`]).
//! Who sends asks the list of those first. An address is kept in words on that list alone, for as long as its account lives or
//! until an operator releases it; everywhere else its digest stands.

mod event;
mod keys;
mod rules;
mod ses;
mod store;
mod suppressions;

pub use event::{Event, UnreadableEvent};
pub use rules::{AddressDigest, MailStatus, Reason};
pub use ses::{NotForgotten, forget_in_ses};
pub use store::{Accepted, Mails, Recorded, SentMail};
pub use suppressions::{Suppressed, Suppressions};
