//! What an administrator changes of an account.

use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::id::UserId;
use kernel::role::Role;
use kernel::task::Task;
use store::condition::{absent, exists};
use store::update::Update;
use store::value::millis;
use store::writes::check;
use store::{Committed, StoreError, Tasks, Transaction};

use crate::account::User;
use crate::account::Users;
use crate::account::conditions::{ANEW, LISTED, OTHER_WAYS, is_open, no_later_proof, says_role};
use crate::account::{grants, keys};

/// A change of an account by an administrator.
#[derive(Debug)]
pub struct Administration<'a> {
    /// The administrator who makes it.
    pub by: UserId,
    /// The account as it was read.
    pub before: &'a User,
    /// The role that the account is to have.
    pub role: Role,
    /// Whether the account is to be locked.
    pub disabled: bool,
    /// The tasks that tell of it.
    pub notices: &'a [Task],
    /// The entries of the change in the audit log.
    pub audits: &'a [Entry],
}

impl Administration<'_> {
    /// Whether the account gets a role that it did not have, and that only a grant gives.
    fn promotes(&self) -> bool {
        self.role.is_granted() && self.role != self.before.role
    }

    /// Whether it ends the account's sessions, with every link that could change the account: of an account that is locked,
    /// and of one that is given a granted role, because a session that was stolen before would get the role too.
    fn ends_sessions(&self) -> bool {
        self.promotes() || (self.disabled && !self.before.disabled)
    }

    /// The account once the change is made.
    fn outcome(&self, now: Timestamp) -> User {
        let mut user = self.before.clone();
        user.role = self.role;
        user.disabled = self.disabled;
        if self.ends_sessions() {
            user.sessions_valid_from = self.before.end_of_sessions(now);
            user.pending_email = None;
            user.pending_email_until = None;
        }
        user
    }
}

impl Users<'_> {
    /// Gives an account another role, or locks or unlocks it. Who is locked out, or promoted, has no session left, and no link
    /// that could change the account, when they are let in again.
    ///
    /// Only as long as `by` is an administrator who may log in: of two who demote or lock each other, one is told that things
    /// have changed, and one stays.
    ///
    /// Gives the account as it is now, as far as the change goes; `None` if it was not made, because `by` is none any more or
    /// the account is not as `before` says.
    pub async fn administer(
        &self,
        change: &Administration<'_>,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        let table = self.0.table(IDENTITY);
        let (by, id) = (change.by, change.before.id);
        let mut transaction = Transaction::new("change an account")
            .with("user", self.administration(change, now).in_transaction())
            .with("by", check(table, keys::user(by), is_open()))
            .with("by", grants::check_administrator(table, by));
        if !change.role.is_granted() {
            transaction = transaction.with("grant", grants::take(table, id));
        } else if change.promotes() {
            transaction = transaction.with("grant", grants::give(table, id, change.role, now));
        }
        for notice in change.notices {
            transaction = transaction.with("task", Tasks(self.0).write(notice));
        }
        for audit in change.audits {
            transaction = transaction.audited(audit);
        }
        let committed = transaction.commit(self.0).await?;
        Ok(match committed {
            Committed::Yes => Some(change.outcome(now)),
            Committed::No(_) => None,
        })
    }

    /// The change of the account's own item.
    fn administration(&self, change: &Administration<'_>, now: Timestamp) -> Update<'_> {
        let before = change.before;
        let disabled_as_before = if before.disabled {
            exists("disabled")
        } else {
            absent("disabled")
        };
        let mut update = Update::of(self.0.table(IDENTITY), keys::user(before.id))
            .set("role", change.role.as_str())
            .set(LISTED, ANEW)
            .when(says_role(before.role).and(disabled_as_before));
        if change.disabled && !before.disabled {
            update = update.set("disabled", true);
        } else if !change.disabled {
            update = update.remove(["disabled"]);
        }
        if change.ends_sessions() {
            let valid_from = before.end_of_sessions(now);
            update = update
                .set("sessions_valid_from", millis(valid_from))
                .remove(OTHER_WAYS)
                .when(no_later_proof(valid_from));
        }
        update
    }
}
