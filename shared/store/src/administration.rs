//! What an administrator changes of an account.

use domain::audit::Entry;
use domain::user::{Role, User};
use jiff::Timestamp;

use crate::conditions::{NO_LATER_PROOF, OTHER_WAYS};
use crate::error::StoreError;
use crate::expression::{Change, bool, n, s};
use crate::keys;
use crate::transaction::{Committed, Transaction};
use crate::users::Users;

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
        let mut update = "SET #role = :role".to_owned();
        let mut condition = "#role = :role_before AND ".to_owned();
        let mut values = vec![
            (":role", s(role.as_str())),
            (":role_before", s(before.role.as_str())),
        ];
        condition += if before.disabled {
            "attribute_exists(#disabled)"
        } else {
            "attribute_not_exists(#disabled)"
        };
        if disabled && !before.disabled {
            let valid_from = before.end_of_sessions(now).as_millisecond();
            update += ", #disabled = :yes, #sessions_valid_from = :sessions_valid_from REMOVE ";
            update += OTHER_WAYS;
            condition += " AND ";
            condition += NO_LATER_PROOF;
            values.push((":yes", bool(true)));
            values.push((":sessions_valid_from", n(valid_from)));
        } else if !disabled {
            update += " REMOVE #disabled";
        }

        let change = Change {
            table: &self.0.tables.identity,
            key: keys::user(before.id),
            update: &update,
            condition: &condition,
            values,
        };
        let mut transaction =
            Transaction::new("change an account").with("user", change.in_transaction());
        for audit in audits {
            transaction = transaction.with("audit", self.0.audit_log().write(audit));
        }
        let committed = transaction.commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
    }
}
