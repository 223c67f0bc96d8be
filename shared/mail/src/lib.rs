//! The mails KinWise sends, and the way they go out.
//!
//! A mail is a folder in `templates/` (`subject.txt`, `body.txt`, `body.html`) and one struct in `src/mails/` that
//! renders it. A new one: the folder, the struct, a line in `mails.rs`, and its sample in `tests/render.rs`.
//!
//! Nothing here knows when a mail is due or who gets it: a worker decides that, makes the code or the link, renders
//! and sends. Rendered mails hold secrets, so they are sent and dropped, never stored or logged.

mod ends;
mod from_header;
mod mailer;
mod mails;
mod message;
mod send_error;
mod text;

pub use mailer::Mailer;
pub use mails::{
    DeletionNotice, EmailChange, ExportReady, OneTimeCodeMail, PasswordReset, Place,
    PreRegistration, SecurityNotice, Verification, Welcome,
};
pub use message::{Addressee, Brand, Message, NO_ACCOUNT, Prepared};
pub use send_error::{Cause, SendError};
