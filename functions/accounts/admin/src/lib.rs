//! Administration: accounts, what was sent to them, and the audit log, for those who run the installation.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod account;
mod audit_entry;
pub mod delete_otp;
pub mod delete_user_factor;
mod filters;
pub mod get_user;
pub mod index_people;
mod jobs;
mod links;
pub mod list_audit_entries;
pub mod list_otps;
pub mod list_password_resets;
pub mod list_users;
pub mod list_verifications;
mod people_filters;
pub mod revoke_user_sessions;
pub mod send_user_reset;
pub mod update_user;
mod user_change;

use accounts::jobs::TellAdministrators;
use api::Endpoint;
use kernel::settings::Check;
use work::{Done, Registered, Worker, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    list_users::ENDPOINT,
    get_user::ENDPOINT,
    update_user::ENDPOINT,
    delete_user_factor::ENDPOINT,
    revoke_user_sessions::ENDPOINT,
    send_user_reset::ENDPOINT,
    list_verifications::ENDPOINT,
    list_password_resets::ENDPOINT,
    list_otps::ENDPOINT,
    delete_otp::ENDPOINT,
    list_audit_entries::ENDPOINT,
];

/// The jobs that do other work than to send a mail.
pub const JOBS: &[Registered<Done>] = &[job!(TellAdministrators, jobs::tell_administrators)];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[index_people::WORKER];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = proofs::SETTINGS;
