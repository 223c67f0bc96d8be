//! "An administrator did this to your account."

use accounts::jobs::AdministrationEvent;
use jiff::Timestamp;
use kernel::role::Role;
use mail::templates;
use mail::{Addressee, Brand, Frame, Language, Message, ends};

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
    /// The name of the role that the account has now, where it has another.
    role: &'static str,
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
        let language = self.addressee.language;
        let view = View {
            frame: Frame::new(brand, self.addressee),
            event: self.event,
            role: match self.event {
                AdministrationEvent::RoleChanged(role) => role_name(role, language),
                _ => "",
            },
            at: ends::moment(self.at, language),
        };
        message(&self.addressee.email, &view)
    }
}

fn role_name(role: Role, language: Language) -> &'static str {
    match (role, language) {
        (role, Language::English) => role.as_str(),
        (Role::Admin, Language::German) => "Administration",
        (Role::User, Language::German) => "Mitglied",
        (Role::Parent, Language::German) => "Elternteil",
        (Role::Teen, Language::German) => "Teenager",
        (Role::Child, Language::German) => "Kind",
        (Role::Flatmate, Language::German) => "Mitbewohner/-in",
        (Role::Observer, Language::German) => "Beobachter/-in",
    }
}
