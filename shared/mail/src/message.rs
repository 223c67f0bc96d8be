//! A rendered mail, and what every mail needs to be rendered.

use std::fmt;

use kernel::email::EmailAddress;
use kernel::id::TaskId;
use kernel::job::{Given, Queue};
use kernel::task::Task;

use crate::language::Language;
use crate::settings::Settings;
use crate::text::{one_line, salutation};

/// The sender as readers see it: the same for every mail of a deployment.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The product's name, as readers know it.
    pub app_name: String,
    /// The address of the front end; links of mails start with it. A slash at the end makes no difference.
    pub frontend_url: String,
}

/// The person who reads a mail.
#[derive(Debug, Clone)]
pub struct Addressee {
    /// The address that the mail goes to.
    pub email: EmailAddress,
    /// The first name as the account says it; may be empty or hostile.
    pub first_name: String,
    /// The language that the mail is written in.
    pub language: Language,
    /// How they end mails like this one, where they need not get them.
    pub opt_out: Option<OptOut>,
}

/// How a reader ends mails like the one that they have before them, without a log-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    /// What their mail program calls when they unsubscribe with one click (RFC 8058).
    pub one_click: String,
    /// The page of the front end that the mail's own link leads to.
    pub page: String,
}

impl OptOut {
    /// The addresses for a token, which says whose mails end and what they are about.
    pub fn new(brand: &Brand, settings: &Settings, token: &str) -> Self {
        Self {
            one_click: format!("{}/api/v1/unsubscribe?token={token}", settings.api_url),
            page: unsubscribe_page(brand, token),
        }
    }
}

/// The page of the front end on which a reader ends mails.
pub fn unsubscribe_page(brand: &Brand, token: &str) -> String {
    let frontend_url = brand.frontend_url.trim_end_matches('/');
    format!("{frontend_url}/unsubscribe?token={token}")
}

impl Addressee {
    /// The owner of an account, at an address. `locale` is what the account says of its language, if it says anything.
    pub fn new(email: &EmailAddress, first_name: impl fmt::Display, locale: Option<&str>) -> Self {
        Self {
            email: email.clone(),
            first_name: first_name.to_string(),
            language: Language::of(locale),
            opt_out: None,
        }
    }

    /// The same, as somebody who need not get the mail, and can say so.
    #[must_use]
    pub fn who_can_opt_out(self, opt_out: OptOut) -> Self {
        Self {
            opt_out: Some(opt_out),
            ..self
        }
    }

    /// Somebody without an account, of whom the address alone is known.
    pub fn stranger(email: &EmailAddress) -> Self {
        Self::new(email, "", None)
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

    /// Nothing is to be sent, because the owner does not want such mails.
    pub const UNWANTED: Self = Self::Nothing(UNWANTED);
}

/// The reason why nothing is sent where an account is not there: never was, or not any more.
pub const NO_ACCOUNT: &str = "there is no such account";

/// The reason why nothing is sent where the settings of the account say so.
pub const UNWANTED: &str = "the owner does not want such mails";

/// What the task of a mail says that SES has taken, with SES's id of the mail behind it. A task that is done and says something
/// else had nothing to send.
pub const SENT_AS: &str = "sent as ";

/// Whose mail it is, when a day's mails run short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An owner's: a notice, a log-in code of an account that is there, or what somebody logged in asked for.
    Owner,
    /// Anybody's: what can be asked for without being logged in, but for log-in codes. It gets half of the day at most, so that
    /// strangers cannot use up what owners need.
    Anybody,
}

/// A mail, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The address that the mail goes to.
    pub to: EmailAddress,
    /// The subject, which is one line.
    pub subject: String,
    /// The body for readers without HTML.
    pub text: String,
    /// The body for everybody else.
    pub html: String,
    /// The language that it is written in.
    pub language: Language,
    /// The kind of mail: the name of its template folder.
    pub kind: &'static str,
    /// Whose it is, when the day's mails run short.
    pub purpose: Purpose,
    /// How its reader ends mails like it, where they need not get them.
    pub opt_out: Option<OptOut>,
    /// The task that it is of, once the worker has it.
    pub of: Option<OfTask>,
}

/// The task that a mail is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfTask {
    /// The id of the task.
    pub id: TaskId,
    /// The queue in which it waits: mail that somebody waits for, or mail that may take a while.
    pub queue: Queue,
}

impl Message {
    /// The same, as a mail that anybody can have sent.
    #[must_use]
    pub fn for_anybody(self) -> Self {
        Self {
            purpose: Purpose::Anybody,
            ..self
        }
    }
}

impl Given for Prepared {
    fn of(self, task: &Task) -> Self {
        let (id, queue) = (task.id, task.queue.clone());
        match self {
            Self::Mail(message) => Self::Mail(Message {
                of: Some(OfTask { id, queue }),
                ..message
            }),
            nothing @ Self::Nothing(_) => nothing,
        }
    }
}

/// What the layout shows of brand and addressee, cleaned once for both parts.
pub struct Frame {
    /// The name of the product.
    pub app_name: String,
    /// The address of the front end, without a slash at the end.
    pub frontend_url: String,
    /// The words that greet the reader, such as "Hello Ann".
    pub greeting: String,
    /// The language that the mail is written in.
    pub language: Language,
    /// How the reader ends mails like this one, where they need not get them.
    pub opt_out: Option<OptOut>,
}

impl Frame {
    /// The frame of a mail to somebody.
    pub fn new(brand: &Brand, addressee: &Addressee) -> Self {
        let language = addressee.language;
        let hello = match language {
            Language::English => "Hello",
            Language::German => "Hallo",
        };
        Self {
            app_name: one_line(&brand.app_name, 100),
            frontend_url: brand.frontend_url.trim_end_matches('/').to_owned(),
            greeting: format!("{hello} {}", salutation(addressee)),
            language,
            opt_out: addressee.opt_out.clone(),
        }
    }

    /// A page of the front end.
    pub fn page(&self, path_and_query: &str) -> String {
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
