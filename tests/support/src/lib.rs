//! What the areas' tests share.
//!
//! A [`TestApp`] is an installation of its own: tables, queues, secrets and a mailbox on the local stack, a clock that
//! stands still, and the areas' routes in this process. Tests ask it in verbs (`register`, `request_otp`, or any [`Call`]),
//! let the outbox and the mail worker run with `deliver`, and look at what came of it. When it is dropped it asserts that
//! no task and no message was left unprocessed. A new area: add its endpoints in `app.rs` and its verbs in `verbs.rs`.

mod admins;
mod app;
mod call;
mod deliver;
mod emulator;
mod factors;
mod fault;
mod files;
mod forge;
mod http;
mod index;
mod mailbox;
mod people;
mod proxy;
mod queues;
mod records;
mod resources;
mod verbs;

pub use admins::ADMIN_EMAIL;
pub use app::{FRONTEND_URL, Options, TestApp};
pub use call::{Answer, Call};
pub use factors::{Factor, recovery_codes};
pub use fault::Fault;
pub use forge::{Forge, altered, claims_of};
pub use mailbox::Mail;
pub use people::{LoggedIn, Person};
pub use proxy::Proxy;
pub use queues::Waiting;
