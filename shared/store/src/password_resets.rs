use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::audit::Entry;
use domain::device::Device;
use domain::link::{LinkKind, LinkToken};
use domain::password::PasswordHash;
use domain::session::Session;
use domain::task::Task;
use domain::user::User;
use jiff::Timestamp;

use crate::conditions::{IS_OPEN, IS_STILL_OPEN, NO_LATER_PROOF, OTHER_WAYS};
use crate::error::StoreError;
use crate::expression::{Change, bool, n, remove, s};
use crate::keys;
use crate::links::{IssueOutcome, Link};
use crate::passwords::Passwords;
use crate::transaction::{Committed, Transaction};

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
        self.0
            .links()
            .issue(user.id, &link, token, IS_OPEN, Vec::new())
            .await
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
        let update = format!(
            "SET #password = :password, #sessions_valid_from = :sessions_valid_from, #email_verified = :yes \
             REMOVE #verification, {OTHER_WAYS}"
        );
        let condition = format!(
            "#password_reset = :digest AND #email = :email AND {IS_OPEN} AND {NO_LATER_PROOF}"
        );
        let more = vec![
            (":yes", bool(true)),
            (":digest", s(token.digest())),
            (":email", s(new.user.email.as_str())),
        ];
        let user = self.set(
            new,
            new.user.end_of_sessions(new.audit.at),
            &update,
            &condition,
            more,
        );
        let device = Device::of(&new.audit.origin);
        let remember = self.0.logins().remember(new.user.id, &device, new.audit.at);
        let links = self.0.links();
        let mark = links.remember_use(LinkKind::PasswordReset, token, new.audit.at);
        let committed = self
            .with_consequences("reset a password", new)
            .with("user", user)
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
        let from = new.user.end_of_sessions(new.audit.at);
        let update = format!(
            "SET #password = :password, #sessions_valid_from = :sessions_valid_from REMOVE {OTHER_WAYS}"
        );
        let condition = format!("#password = :current AND {IS_STILL_OPEN} AND {NO_LATER_PROOF}");
        let user = self.set(
            new,
            from,
            &update,
            &condition,
            vec![
                (":current", s(current)),
                (":valid_at", n(session.valid_at().as_millisecond())),
            ],
        );
        let keep = self.0.sessions().keep(new.user.id, session.id, from);
        let committed = self
            .with_consequences("change a password", new)
            .with("session", keep)
            .with("user", user)
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => ChangeOutcome::Changed,
            Committed::No("session") => ChangeOutcome::SessionEnded,
            Committed::No(_) => ChangeOutcome::ChangedMeanwhile,
        })
    }

    fn set(
        &self,
        new: &NewPassword<'_>,
        sessions_valid_from: Timestamp,
        update: &str,
        condition: &str,
        more: Vec<(&str, AttributeValue)>,
    ) -> TransactWriteItem {
        let mut values = vec![
            (":password", s(new.password.expose())),
            (
                ":sessions_valid_from",
                n(sessions_valid_from.as_millisecond()),
            ),
        ];
        values.extend(more);
        Change {
            table: &self.0.tables.identity,
            key: keys::user(new.user.id),
            update,
            condition,
            values,
        }
        .in_transaction()
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
