//! A rendered mail, and what every mail needs to be rendered.

use std::fmt;

use domain::email::EmailAddress;

use crate::text::{one_line, salutation};

/// Who writes: the same for every mail of a deployment.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The product's name, as readers know it.
    pub app_name: String,
    /// Where the front end lives; links of mails start with it. A slash at the end makes no difference.
    pub frontend_url: String,
}

impl Brand {
    /// The brand that an installation sets.
    pub fn of(settings: &cloud::MailSettings) -> Self {
        Self {
            app_name: settings.app_name.clone(),
            frontend_url: settings.frontend_url.clone(),
        }
    }
}

/// Who reads.
#[derive(Debug, Clone)]
pub struct Addressee {
    /// Where the mail goes.
    pub email: EmailAddress,
    /// As the account says; may be empty or hostile.
    pub first_name: String,
}

impl Addressee {
    /// The reader at an address.
    pub fn new(email: &EmailAddress, first_name: impl fmt::Display) -> Self {
        Self {
            email: email.clone(),
            first_name: first_name.to_string(),
        }
    }
}

/// What a job that sends a mail has made.
#[derive(Debug)]
pub enum Prepared {
    /// The mail to send.
    Mail(Message),
    /// Nothing is to be sent, which is as it should be: for this reason.
    Nothing(&'static str),
}

impl Prepared {
    /// Nothing is to be sent, because the account is not there.
    pub const NO_ACCOUNT: Self = Self::Nothing(NO_ACCOUNT);
}

/// Why nothing is sent where an account is not there: never was, or not any more.
pub const NO_ACCOUNT: &str = "there is no such account";

/// A mail, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Where it goes.
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// For everybody else.
    pub html: String,
    /// Which mail it is: the name of its template folder.
    pub kind: &'static str,
}

/// What the layout shows of brand and addressee, cleaned once for both parts.
pub(crate) struct Frame {
    pub(crate) app_name: String,
    pub(crate) frontend_url: String,
    pub(crate) greeting: String,
}

impl Frame {
    pub(crate) fn new(brand: &Brand, addressee: &Addressee) -> Self {
        Self {
            app_name: one_line(&brand.app_name, 100),
            frontend_url: brand.frontend_url.trim_end_matches('/').to_owned(),
            greeting: salutation(addressee),
        }
    }

    /// A page of the front end.
    pub(crate) fn page(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.frontend_url)
    }
}

/// Shows the kind alone: the parts hold codes and links, `to` an address.
impl fmt::Debug for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Message")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
