//! The account of the caller.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod belongings;
pub mod cancel_account_deletion;
pub mod cancel_email_change;
pub mod change_email;
pub mod confirm_email_change;
pub mod delete_account;
pub mod export_account;
mod fresh_code;
pub mod get_current_user;
mod jobs;
pub mod list_sessions;
pub mod mails;
mod own_session;
mod profile;
mod profile_change;
pub mod purge_accounts;
pub mod rename_session;
pub mod revoke_session;
pub mod show_export;
pub mod unsubscribe;
pub mod update_current_user;

use accounts::jobs::{DeleteAccount, ExportAccount, SendEmailChange, SendExportReady};
use api::Endpoint;
pub use belongings::AccountBelongings;
use kernel::settings::{Check, check};
use mail::Prepared;
use work::schedule::Schedule;
use work::{Done, Registered, Worker, job};

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[
    get_current_user::ENDPOINT,
    update_current_user::ENDPOINT,
    change_email::ENDPOINT,
    confirm_email_change::ENDPOINT,
    cancel_email_change::ENDPOINT,
    list_sessions::ENDPOINT,
    rename_session::ENDPOINT,
    revoke_session::ENDPOINT,
    export_account::ENDPOINT,
    show_export::ENDPOINT,
    delete_account::ENDPOINT,
    cancel_account_deletion::ENDPOINT,
    unsubscribe::ENDPOINT,
];

/// The jobs that send a mail.
pub const MAILS: &[Registered<Prepared>] = &[
    job!(SendEmailChange, jobs::send_email_change),
    job!(SendExportReady, jobs::send_export_ready),
];

/// The jobs that do other work.
pub const JOBS: &[Registered<Done>] = &[
    job!(ExportAccount, jobs::export_account),
    job!(DeleteAccount, jobs::delete_account),
];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[purge_accounts::WORKER];

/// What comes with the clock.
pub const SCHEDULES: &[Schedule] = &[purge_accounts::SCHEDULE];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[
    check::<accounts::Settings>,
    check::<identity::Settings>,
    check::<identity::OptOutSettings>,
    check::<mail::Brand>,
];
