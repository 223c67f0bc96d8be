//! "There is another administrator."

use accounts::jobs::AdministratorEvent;
use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use mail::templates;
use mail::{Addressee, Brand, Frame, Language, Message, ends};

/// Tells an administrator that there is another one, or one fewer.
#[derive(Debug)]
pub struct AdministratorChangeNotice<'a> {
    /// The administrator who is told.
    pub addressee: &'a Addressee,
    /// The account that is or was an administrator's.
    pub account: &'a Party,
    /// What was done to the account.
    pub event: AdministratorEvent,
    /// Who did it.
    pub by: &'a Party,
    /// The moment at which it was done.
    pub at: Timestamp,
}

/// Somebody of whom administrators are told, by what is known of them.
#[derive(Debug)]
pub enum Party {
    /// The account with this address.
    Account(EmailAddress),
    /// An account that has been deleted.
    Gone(UserId),
    /// Somebody who runs the installation, by its command.
    Operator,
}

impl Party {
    fn name(&self, language: Language) -> String {
        match (self, language) {
            (Self::Account(email), _) => email.as_str().to_owned(),
            (Self::Gone(id), Language::English) => format!("an account that has gone ({id})"),
            (Self::Gone(id), Language::German) => format!("gelöschtes Konto ({id})"),
            (Self::Operator, Language::English) => "an operator of the installation".to_owned(),
            (Self::Operator, Language::German) => "Betreiber der Installation".to_owned(),
        }
    }
}

struct View {
    frame: Frame,
    account: String,
    event: AdministratorEvent,
    by: String,
    at: String,
}

templates!(
    View,
    "administrator_change",
    "administrator_change/subject.txt",
    "administrator_change/body.txt",
    "administrator_change/body.html"
);

impl AdministratorChangeNotice<'_> {
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let language = self.addressee.language;
        let view = View {
            frame: Frame::new(brand, self.addressee),
            account: self.account.name(language),
            event: self.event,
            by: self.by.name(language),
            at: ends::moment(self.at, language),
        };
        message(&self.addressee.email, &view)
    }
}
