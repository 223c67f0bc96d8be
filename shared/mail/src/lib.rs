//! How mails look and go out: the layout, their languages, text made fit for a mail, SES.
//!
//! Nothing here knows when a mail is due or who gets it. A job decides that, makes the code or the link, and renders
//! the mail ([`Prepared`]); the worker `send_email` hands it to the [`Mailer`]. Rendered mails hold secrets, so they
//! are sent and dropped, never stored or logged.
//!
//! # How to add a mail
//!
//! A mail belongs to the crate of the endpoint that has it sent.
//!
//! 1. A folder of its name for each [`Language`], in the crate's `templates/en` and `templates/de`, with `subject.txt`,
//!    `body.txt` and `body.html`. The two bodies extend `layout.txt` and `layout.html` of this crate. The crate's
//!    `askama.en.toml` and `askama.de.toml` name the folders.
//! 2. A struct in the crate's `src/mails/` that renders them. A mail whose point is a link is declared by
//!    [`link_mail!`], any other has a view of its own, and [`templates!`] binds the templates of all languages to it:
//!    one that is missing does not compile.
//! 3. A job that makes it, registered in the crate's `MAILS` (see the crate `work`).
//! 4. A sample in the test of the crate `areas` that renders every mail in every language.
//!
//! ```text
//! link_mail! {
//!     /// Brings the link that chooses a new password.
//!     pub struct PasswordReset {
//!         /// The owner of the account whose password was forgotten.
//!         addressee
//!     }
//!     token: LinkToken,
//!     page: "/reset-password",
//! }
//!
//! templates!(
//!     LinkView,
//!     "password_reset",
//!     "password_reset/subject.txt",
//!     "password_reset/body.txt",
//!     "password_reset/body.html"
//! );
//! ```
//!
//! # In which language
//!
//! In that of the [`Addressee`], whom the job makes of the account as it is now: [`Language::of`] its `locale`, and English
//! where that is none of ours or where there is no account. Words that Rust makes, such as the time that is left, are a
//! `match` over [`Language`] with all languages next to each other, so that nothing compiles that lacks one. A German
//! text says "Sie", goes on in lower case behind the comma of the greeting, and puts the time that is left behind "in",
//! since [`Ends`] has it in the dative.
//!
//! # Mail that nobody needs to get
//!
//! A mail that is no security notice and no answer to what its reader asked for is about a topic of the account's
//! `notification_settings`. Its job asks whether the owner wants it, and otherwise gives [`Prepared::UNWANTED`]. Its
//! [`Addressee`] [can opt out](Addressee::who_can_opt_out): by the link in the footer of the layout, and with one click in
//! the mail program (the headers of RFC 8058). A test of the crate `areas` asks each job of the queue `mail-bulk` which it is.
//!
//! # What is in a mail
//!
//! First names, addresses and names of devices are other people's words, perhaps an attacker's. [`text`] makes them
//! fit: no line breaks in a subject, nothing that a mail program turns into a link. Askama escapes them in HTML.
//! [`Ends`] says in words when something expires.
//!
//! # What becomes of it
//!
//! [`SendError`] tells a worker what to do: SES asked to slow down, which uses up no try; it may work next time, which
//! is retried; it never will, which is given up. SES itself is tried once, since a second try may be a second mail: the
//! queue retries.

pub mod ends;
mod from_header;
mod language;
mod mailer;
mod mails;
mod message;
mod send_error;
mod settings;
pub mod text;

pub use ends::Ends;
#[doc(hidden)]
pub use kernel::email::EmailAddress;
pub use language::Language;
pub use mailer::Mailer;
pub use mails::LinkView;
pub use message::{
    Addressee, Brand, Frame, Message, NO_ACCOUNT, OfTask, OptOut, Prepared, Purpose, SENT_AS,
    UNWANTED, unsubscribe_page,
};
pub use send_error::{Cause, SendError};
pub use settings::Settings;
