//! What the end-to-end tests share.
//!
//! A [`Stack`] is the deployed stack that `cargo xtask test` describes in the file that `KINWISE_STACK` names. A
//! [`Visitor`] calls its API, a [`Member`] is an account that went through the product's own doors, and [`eventually`]
//! waits for what the workers do. What area tests need as well is in `test-support`. The tests are in `deployed/`, one
//! file per theme.

mod authenticator;
mod gateway_event;
mod iam;
mod logs;
mod mails;
mod member;
mod pictures;
mod poll;
mod processes;
mod records;
mod request;
mod samples;
mod stack;
mod stepping;
mod visitor;

pub use authenticator::Authenticator;
pub use iam::{Role, Statement};
pub use member::{Member, Tokens, unique_address, unique_password};
pub use pictures::two_pixels;
pub use poll::eventually;
pub use processes::schedule_event;
pub use request::Request;
pub use samples::{sample_event, sample_events};
pub use stack::{Stack, repository};
pub use stepping::{Moment, Stepping};
pub use visitor::Visitor;
