//! What the end-to-end tests share.
//!
//! A [`Stack`] is the deployed stack that `cargo xtask test` describes in the file that `KINWISE_STACK` names. A
//! [`Visitor`] calls its API, a [`Member`] is an account that went through the product's own doors, and [`eventually`]
//! waits for what the workers do. The tests are in `deployed/`, one file per theme.

mod authenticator;
mod aws;
mod gateway_event;
mod http;
mod iam;
mod logs;
mod mails;
mod member;
mod poll;
mod records;
mod request;
mod stack;
mod stepping;
mod visitor;

pub use authenticator::Authenticator;
pub use aws::{Aws, Refusal};
pub use http::Http;
pub use iam::{Role, Statement};
pub use member::{Member, Tokens, unique_address, unique_password};
pub use poll::eventually;
pub use records::now_millis;
pub use request::Request;
pub use stack::{Stack, repository};
pub use stepping::{Moment, Stepping};
pub use visitor::Visitor;
