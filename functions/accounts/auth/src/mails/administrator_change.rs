//! "There is another administrator."

use accounts::jobs::AdministratorEvent;
use jiff::Timestamp;
use mail::templates;
use mail::{Addressee, Brand, Frame, Message, ends};

/// Tells an administrator that there is another one, or one fewer.
#[derive(Debug)]
pub struct AdministratorChangeNotice<'a> {
    /// The administrator who is told.
    pub addressee: &'a Addressee,
    /// The account that is or was an administrator's: its address, or what is known of it.
    pub account: &'a str,
    /// What was done to the account.
    pub event: AdministratorEvent,
    /// Who did it: an address, or what is known of them.
    pub by: &'a str,
    /// The moment at which it was done.
    pub at: Timestamp,
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
        let view = View {
            frame: Frame::new(brand, self.addressee),
            account: self.account.to_owned(),
            event: self.event,
            by: self.by.to_owned(),
            at: ends::moment(self.at),
        };
        message(&self.addressee.email, &view)
    }
}
