use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::task::Task;
use store::condition::equals;
use store::update::Update;
use store::value::millis;
use store::writes::remove;
use store::{Committed, StoreError, Tasks, Transaction};

use crate::account::User;
use crate::account::conditions::{OTHER_WAYS, is_open, is_still_open, no_later_proof};
use crate::link::{IssueOutcome, Link, LinkKind, LinkToken, Links};
use crate::login::Logins;
use crate::password::{PasswordHash, Passwords};
use crate::session::device::Device;
use crate::session::{Session, Sessions};
use crate::{account, code};

/// A new password, and what belongs to it.
#[derive(Debug)]
pub struct NewPassword<'a> {
    /// The account whose password it is, as read before.
    pub user: &'a User,
    /// The hash of the new password.
    pub password: &'a PasswordHash,
    /// The task that tells the owner.
    pub notice: &'a Task,
    /// The entry of the change in the audit log.
    pub audit: &'a Entry,
}

/// What became of a password that its owner changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// The password is the new one.
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
        Links(self.0).issue(user.id, &link, token, is_open()).await
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
        let remember = Logins(self.0).remember(new.user.id, &device, new.audit.at);
        let links = Links(self.0);
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
        let sessions = Sessions(self.0);
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
        Update::of(self.0.table(IDENTITY), account::keys::user(new.user.id))
            .set("password", new.password.expose())
            .set("sessions_valid_from", millis(from))
            .remove(OTHER_WAYS)
            .when(no_later_proof(from))
    }

    /// What a new password brings with it, besides the account's own change: the code is dead, the owner hears of it.
    fn with_consequences(&self, attempt: &'static str, new: &NewPassword<'_>) -> Transaction {
        let code = code::keys::code(&new.user.email);
        Transaction::new(attempt)
            .with("code", remove(self.0.table(IDENTITY), code))
            .with("task", Tasks(self.0).write(new.notice))
            .audited(new.audit)
    }
}
