//! Accounts: registration, verification of the e-mail address, one-time codes, tokens, signing keys.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod candidate;
pub mod change_password;
mod jobs;
pub mod mails;
mod new_password;
pub mod obtain_token;
pub mod publish_jwks;
pub mod reauthenticate_session;
pub mod refresh_token;
pub mod register_user;
pub mod report_activity;
pub mod request_otp;
pub mod request_password_reset;
pub mod resend_verification;
pub mod reset_password;
pub mod revoke_sessions;
pub mod revoke_token;
pub mod rotate_signing_key;
pub mod verify_email;
pub mod verify_otp;

use accounts::jobs::{
    SendAdministrationNotice, SendAdministratorChange, SendDeletionNotice, SendOneTimeCode,
    SendPasswordReset, SendSecurityNotice, SendVerification, SendWelcome,
};
use api::Endpoint;
use kernel::settings::Check;
use mail::Prepared;
use work::schedule::Schedule;
use work::{Registered, Worker, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    register_user::ENDPOINT,
    verify_email::ENDPOINT,
    resend_verification::ENDPOINT,
    request_otp::ENDPOINT,
    verify_otp::ENDPOINT,
    obtain_token::ENDPOINT,
    refresh_token::ENDPOINT,
    revoke_token::ENDPOINT,
    revoke_sessions::ENDPOINT,
    request_password_reset::ENDPOINT,
    reset_password::ENDPOINT,
    change_password::ENDPOINT,
    reauthenticate_session::ENDPOINT,
    report_activity::ENDPOINT,
    publish_jwks::ENDPOINT,
];

/// The jobs that send a mail.
pub const MAILS: &[Registered<Prepared>] = &[
    job!(SendVerification, jobs::send_verification),
    job!(SendOneTimeCode, jobs::send_one_time_code),
    job!(SendWelcome, jobs::send_welcome),
    job!(SendPasswordReset, jobs::send_password_reset),
    job!(SendSecurityNotice, jobs::send_security_notice),
    job!(SendAdministrationNotice, jobs::send_administration_notice),
    job!(SendAdministratorChange, jobs::send_administrator_change),
    job!(SendDeletionNotice, jobs::send_deletion_notice),
];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[rotate_signing_key::WORKER];

/// What comes with the clock.
pub const SCHEDULES: &[Schedule] = &[rotate_signing_key::SCHEDULE];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = proofs::SETTINGS;
