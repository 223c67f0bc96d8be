//! The account of the caller.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod cancel_account_deletion;
pub mod change_email;
pub mod confirm_email_change;
pub mod delete_account;
pub mod export_account;
mod fresh_code;
pub mod get_current_user;
pub mod list_sessions;
mod own_session;
mod profile;
mod profile_change;
pub mod rename_session;
pub mod revoke_session;
pub mod show_export;
pub mod update_current_user;

use api::Endpoint;

/// The crate's routes, in the order of `template.yaml`.
pub const ENDPOINTS: &[Endpoint] = &[
    get_current_user::ENDPOINT,
    update_current_user::ENDPOINT,
    change_email::ENDPOINT,
    confirm_email_change::ENDPOINT,
    list_sessions::ENDPOINT,
    rename_session::ENDPOINT,
    revoke_session::ENDPOINT,
    export_account::ENDPOINT,
    show_export::ENDPOINT,
    delete_account::ENDPOINT,
    cancel_account_deletion::ENDPOINT,
];
