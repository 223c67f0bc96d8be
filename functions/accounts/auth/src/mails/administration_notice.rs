//! "An administrator did this to your account."

use accounts::jobs::AdministrationEvent;
use jiff::Timestamp;
use kernel::role::Role;
use mail::templates;
use mail::{Addressee, Brand, Frame, Message, ends};

/// Tells the owner of an account what an administrator has done to it. What an administrator does the owner cannot take back,
/// so there is no link, but whom to ask.
#[derive(Debug)]
pub struct AdministrationNotice<'a> {
    /// The owner of the account.
    pub addressee: &'a Addressee,
    /// The event that the owner is told of.
    pub event: AdministrationEvent,
    /// The moment at which it was done.
    pub at: Timestamp,
}

struct View {
    frame: Frame,
    event: AdministrationEvent,
    at: String,
}

templates!(
    View,
    "administration_notice",
    "administration_notice/subject.txt",
    "administration_notice/body.txt",
    "administration_notice/body.html"
);

impl AdministrationNotice<'_> {
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let view = View {
            frame: Frame::new(brand, self.addressee),
            event: self.event,
            at: ends::moment(self.at),
        };
        message(&self.addressee.email, &view)
    }
}
