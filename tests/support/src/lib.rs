//! What the areas' tests share, and the end-to-end tests where they need the same.
//!
//! A [`TestApp`] is an installation of its own: tables, queues, secrets and a mailbox on the local stack, a clock that
//! stands still, and the areas' routes in this process. Tests ask it in verbs (`register`, `request_otp`, or any [`Call`]),
//! let the outbox and the mail worker run with `deliver`, and look at what came of it. When it is dropped it asserts that
//! no task and no message was left unprocessed. A new area: add its endpoints in `app.rs` and its verbs in `verbs.rs`.

mod admins;
mod app;
mod aws;
mod call;
mod deliver;
mod emulator;
mod factors;
mod fault;
mod files;
mod forge;
mod http;
mod index;
mod machine_time;
mod mailbox;
mod people;
mod proxy;
mod queues;
mod records;
mod resources;
mod totp;
mod upstream;
mod verbs;

pub use admins::ADMIN_EMAIL;
pub use app::{FRONTEND_URL, Options, TestApp};
pub use aws::{Aws, Refusal};
pub use call::{Answer, Call};
pub use emulator::Emulator;
pub use factors::{Factor, recovery_codes};
pub use fault::Fault;
pub use forge::{Forge, altered, claims_of, malformed, wrong_claims, wrong_times};
pub use http::Http;
pub use machine_time::machine_time;
pub use mailbox::Mail;
pub use people::{LoggedIn, Person};
pub use proxy::Proxy;
pub use queues::Waiting;
pub use upstream::{Upstream, listen, operation_of};
