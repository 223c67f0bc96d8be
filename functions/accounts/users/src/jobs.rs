//! The jobs of one's own account: its copy, its end, and the mails about them.

mod delete_account;
mod export_account;
mod send_email_change;
mod send_export_ready;

pub(crate) use delete_account::delete_account;
pub(crate) use export_account::export_account;
pub(crate) use send_email_change::send_email_change;
pub(crate) use send_export_ready::send_export_ready;
