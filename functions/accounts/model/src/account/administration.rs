//! What an administrator changes of an account.

use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::id::UserId;
use kernel::role::Role;
use store::condition::{absent, exists};
use store::update::Update;
use store::value::millis;
use store::writes::check;
use store::{Committed, StoreError, Transaction};

use crate::account::User;
use crate::account::Users;
use crate::account::conditions::{OTHER_WAYS, is_open, no_later_proof, says_role};
use crate::account::{grants, keys};

impl Users<'_> {
    /// Gives an account another role, or locks or unlocks it. Who is locked out has no session left, and no link that could
    /// change the account, when they are let in again.
    ///
    /// Only as long as `by` is an administrator who may log in: of two who demote or lock each other, one is told that things
    /// have changed, and one stays.
    ///
    /// False if that is so, or the account is not as `before` says any more.
    pub async fn administer(
        &self,
        by: UserId,
        before: &User,
        role: Role,
        disabled: bool,
        now: Timestamp,
        audits: &[Entry],
    ) -> Result<bool, StoreError> {
        let table = self.0.table(IDENTITY);
        let disabled_as_before = if before.disabled {
            exists("disabled")
        } else {
            absent("disabled")
        };
        let mut change = Update::of(table, keys::user(before.id))
            .set("role", role.as_str())
            .when(says_role(before.role).and(disabled_as_before));
        if disabled && !before.disabled {
            let valid_from = before.end_of_sessions(now);
            change = change
                .set("disabled", true)
                .set("sessions_valid_from", millis(valid_from))
                .remove(OTHER_WAYS)
                .when(no_later_proof(valid_from));
        } else if !disabled {
            change = change.remove(["disabled"]);
        }

        let mut transaction = Transaction::new("change an account")
            .with("user", change.in_transaction())
            .with("by", check(table, keys::user(by), is_open()))
            .with("by", grants::check_administrator(table, by));
        if !role.is_granted() {
            transaction = transaction.with("grant", grants::take(table, before.id));
        } else if role != before.role {
            transaction = transaction.with("grant", grants::give(table, before.id, role, now));
        }
        for audit in audits {
            transaction = transaction.audited(audit);
        }
        let committed = transaction.commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
    }
}
