//! The rules and the storage of accounts, a folder per topic: who asks where the one-time code is opens `code/`.
//!
//! In a topic `rules.rs` is pure: types that cannot hold a wrong value, and the decisions made with them, without
//! async, AWS or the engine. `store.rs` keeps it in DynamoDB, `keys.rs` says where, and files beside them are parts of
//! them that grew. What the area declares for others to collect is here too: its jobs' inputs, permissions, audit
//! actions, files, settings.
//!
//! # How to read a topic
//!
//! - A value with rules has a private field and a `parse`, such as [`password::Password`] or [`profile::Username`]. A
//!   function that takes the type need not check again.
//! - A struct such as [`code::Codes`] or [`session::Sessions`] is the storage of the topic, over a `&Store`. Its
//!   methods are named after what happens in the business; each that changes something takes the audit entry, and the
//!   task if there is one, and writes them in the same transaction.
//! - What can come out of a change is an enum such as [`account::RegisterOutcome`]. A race that was lost is one of its
//!   variants and no error: two registrations with one address, a code that was used meanwhile.
//! - A proof is spent by the transaction that lets somebody in ([`login::Logins`]), and a try is taken before a proof
//!   is compared. So however many calls come at once, a code logs in once, and no more guesses are evaluated than there
//!   are tries.
//!
//! # Across topics
//!
//! [`Me`] is the account that calls, whole, with its session; other areas take `identity::Caller`. [`ending`] is the
//! copy and the end of an account, and [`people`] the lists and the search of administrators. [`jobs`] has the inputs
//! of all jobs; the function of a job stands with the endpoint that asks for it.
//!
//! # How to add to it
//!
//! A rule goes into the topic's `rules.rs`, with its unit tests. A change that touches several items is one method in a
//! `store.rs`, named after the fact, and a test of the contract shows what it leaves behind. A new topic is a folder
//! and a line below. The area's page has the items and the access patterns.

pub mod account;
pub mod actions;
pub mod avatar;
pub mod code;
pub mod denial;
pub mod email_change;
pub mod ending;
pub mod factor;
pub mod files;
pub mod jobs;
pub mod link;
pub mod login;
mod mailed;
mod me;
pub mod password;
pub mod people;
pub mod permissions;
pub mod pre_registration;
pub mod profile;
pub mod secrets;
pub mod session;
mod settings;
pub mod verification;

pub use me::Me;
pub use settings::Settings;
