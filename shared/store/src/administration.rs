//! What an administrator changes of an account.

use domain::audit::Entry;
use domain::user::{Role, User};
use jiff::Timestamp;

use crate::condition::{absent, equals, exists};
use crate::conditions::{OTHER_WAYS, no_later_proof};
use crate::error::StoreError;
use crate::keys;
use crate::transaction::{Committed, Transaction};
use crate::update::Update;
use crate::users::Users;
use crate::value::millis;

impl Users<'_> {
    /// Gives an account another role, or locks or unlocks it. Who is locked out has no session left, and no link that could
    /// change the account, when they are let in again.
    ///
    /// False if the account is not as `before` says any more.
    pub async fn administer(
        &self,
        before: &User,
        role: Role,
        disabled: bool,
        now: Timestamp,
        audits: &[Entry],
    ) -> Result<bool, StoreError> {
        let disabled_as_before = if before.disabled {
            exists("disabled")
        } else {
            absent("disabled")
        };
        let mut change = Update::of(&self.0.tables.identity, keys::user(before.id))
            .set("role", role.as_str())
            .when(equals("role", before.role.as_str()).and(disabled_as_before));
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

        let mut transaction =
            Transaction::new("change an account").with("user", change.in_transaction());
        for audit in audits {
            transaction = transaction.with("audit", self.0.audit_log().write(audit));
        }
        let committed = transaction.commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
    }
}
