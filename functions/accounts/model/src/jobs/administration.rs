//! What is told of what administrators do, to whom it was done to and to one another.

use cloud::App;
use jiff::Timestamp;
use kernel::id::UserId;
use kernel::job::{Job, Queue};
use kernel::role::Role;
use kernel::task::Task;
use serde::{Deserialize, Serialize};

/// Tells the owner of an account what an administrator has done to it. There is no link that takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendAdministrationNotice {
    /// The account that it was done to.
    pub user_id: UserId,
    /// The event that the owner is told of.
    pub event: AdministrationEvent,
    /// The moment at which it was done.
    pub at: Timestamp,
}

impl Job for SendAdministrationNotice {
    const KIND: &'static str = "send_administration_notice";
    const QUEUE: Queue = Queue::MAIL_URGENT;
}

/// The task that tells the owner of an account what an administrator did to it just now.
pub fn administration_notice(app: &App, user_id: UserId, event: AdministrationEvent) -> Task {
    let at = app.now();
    app.task(&SendAdministrationNotice { user_id, event, at })
}

/// Has every administrator told that there is another one, or one fewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TellAdministrators(pub AdministratorChange);

impl Job for TellAdministrators {
    const KIND: &'static str = "tell_administrators";
    const QUEUE: Queue = Queue::WORK;
}

/// Tells one administrator of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendAdministratorChange {
    /// The administrator who is told.
    pub to: UserId,
    /// The change that is told of.
    pub change: AdministratorChange,
}

impl Job for SendAdministratorChange {
    const KIND: &'static str = "send_administrator_change";
    const QUEUE: Queue = Queue::MAIL_URGENT;
}

/// Something that an administrator did to an account, and that its owner hears of. What is left out is told by a
/// [`SecurityEvent`]: a second factor that was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdministrationEvent {
    /// The account has another role.
    RoleChanged(Role),
    /// The account is locked.
    Locked,
    /// The account is not locked any more.
    Unlocked,
    /// All sessions of the account are over.
    SessionsEnded,
}

/// A change of who may administer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorChange {
    /// The account that was changed.
    pub user_id: UserId,
    /// The administrator who did it; nobody's account if it was an operator.
    pub by: Option<UserId>,
    /// What was done to the account.
    pub event: AdministratorEvent,
    /// The moment at which it was done.
    pub at: Timestamp,
}

/// What was done to an account that is an administrator's, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdministratorEvent {
    /// The account is an administrator's from now on.
    Promoted,
    /// The account is not an administrator's any more.
    Demoted,
    /// The account is locked.
    Locked,
    /// The account is not locked any more.
    Unlocked,
}
