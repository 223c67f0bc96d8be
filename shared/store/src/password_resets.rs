use domain::audit::Entry;
use domain::device::Device;
use domain::link::{LinkKind, LinkToken};
use domain::password::PasswordHash;
use domain::session::Session;
use domain::task::Task;
use domain::user::User;
use jiff::Timestamp;

use crate::condition::equals;
use crate::conditions::{OTHER_WAYS, is_open, is_still_open, no_later_proof};
use crate::error::StoreError;
use crate::keys;
use crate::links::{IssueOutcome, Link};
use crate::passwords::Passwords;
use crate::transaction::{Committed, Transaction};
use crate::update::Update;
use crate::value::millis;
use crate::writes::remove;

/// A new password, and what belongs to it.
#[derive(Debug)]
pub struct NewPassword<'a> {
    /// Whose it is, as read before.
    pub user: &'a User,
    /// Its hash.
    pub password: &'a PasswordHash,
    /// The task that tells the owner.
    pub notice: &'a Task,
    /// Its entry in the audit log.
    pub audit: &'a Entry,
}

/// What became of a password that its owner changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// It is the new one.
    Changed,
    /// Somebody changed it, logged in, ended the sessions or locked the account since it was read.
    ChangedMeanwhile,
    /// The session the change was made in is over.
    SessionEnded,
}

impl NewPassword<'_> {
    /// The moment from which on sessions are valid.
    fn end_of_sessions(&self) -> Timestamp {
        self.user.end_of_sessions(self.audit.at)
    }
}

impl Passwords<'_> {
    /// Makes a link the one that chooses a new password for an account. Not needed where the account may not log in; one
    /// whose address is not verified may have it, since the link verifies it.
    pub async fn issue_reset(
        &self,
        user: &User,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<IssueOutcome, StoreError> {
        let link = Link::new(LinkKind::PasswordReset, Some(user.id), &user.email, now);
        self.0.links().issue(user.id, &link, token, is_open()).await
    }

    /// Sets the password that was chosen by a link. The mailbox is shown to be its owner's by that; every session, code and
    /// other link is over. False if the link was used or replaced, or somebody logged in, since the account was read.
    ///
    /// The account knows the device from now on: wrong passwords from elsewhere are counted apart from its own, so nobody
    /// who guesses can keep the owner from the log-in that comes next.
    pub async fn reset(
        &self,
        new: &NewPassword<'_>,
        token: &LinkToken,
    ) -> Result<bool, StoreError> {
        let is_good =
            equals("password_reset", token.digest()).and(equals("email", new.user.email.as_str()));
        let user = self
            .set(new)
            .set("email_verified", true)
            .remove(["verification"])
            .when(is_good.and(is_open()));
        let device = Device::of(&new.audit.origin);
        let remember = self.0.logins().remember(new.user.id, &device, new.audit.at);
        let links = self.0.links();
        let mark = links.remember_use(LinkKind::PasswordReset, token, new.audit.at);
        let committed = self
            .with_consequences("reset a password", new)
            .with("user", user.in_transaction())
            .with("link", mark)
            .with("device", remember)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Changes the password that was `current`. Every other session, code and link is over; the session the change is made
    /// in is kept, unless it is over itself: whoever ended it meanwhile must not see it come back.
    pub async fn change(
        &self,
        new: &NewPassword<'_>,
        current: &str,
        session: &Session,
    ) -> Result<ChangeOutcome, StoreError> {
        let user = self
            .set(new)
            .when(equals("password", current).and(is_still_open(session)));
        let sessions = self.0.sessions();
        let keep = sessions.keep(new.user.id, session.id, new.end_of_sessions());
        let committed = self
            .with_consequences("change a password", new)
            .with("session", keep)
            .with("user", user.in_transaction())
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => ChangeOutcome::Changed,
            Committed::No("session") => ChangeOutcome::SessionEnded,
            Committed::No(_) => ChangeOutcome::ChangedMeanwhile,
        })
    }

    /// The change of an account that gives it a new password, if nobody logs in meanwhile. Sessions and other links are over.
    fn set(&self, new: &NewPassword<'_>) -> Update<'_> {
        let from = new.end_of_sessions();
        Update::of(&self.0.tables.identity, keys::user(new.user.id))
            .set("password", new.password.expose())
            .set("sessions_valid_from", millis(from))
            .remove(OTHER_WAYS)
            .when(no_later_proof(from))
    }

    /// What a new password brings with it, beside the account's own change: the code is dead, the owner hears of it.
    fn with_consequences(&self, attempt: &'static str, new: &NewPassword<'_>) -> Transaction {
        let code = keys::code(&new.user.email);
        Transaction::new(attempt)
            .with("code", remove(&self.0.tables.identity, code))
            .with("task", self.0.tasks().write(new.notice))
            .with("audit", self.0.audit_log().write(new.audit))
    }
}
