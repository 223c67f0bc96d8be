//! The end of a second factor: by its owner, or by an administrator.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::Entry;
use domain::id::UserId;
use domain::session::Session;
use domain::task::Task;

use crate::conditions::{IS_STILL_OPEN, MAX_LOOKS, NO_LATER_PROOF};
use crate::error::StoreError;
use crate::expression::{Change, bool, n, remove, remove_if, s};
use crate::factors::{FactorOutcome, Factors, IS_NEWER, IS_UNUSED};
use crate::keys;
use crate::logins::SecondProof;
use crate::transaction::{Committed, Transaction};

impl Factors<'_> {
    /// Takes the second factor of an account away because its owner asked, and spends the proof of that. The sessions go on.
    /// [`FactorOutcome::ChangedMeanwhile`] if the proof was spent, or the factor taken away, meanwhile.
    pub async fn disable(
        &self,
        session: &Session,
        proof: SecondProof<'_>,
        notice: &Task,
        audit: &Entry,
    ) -> Result<FactorOutcome, StoreError> {
        let (table, user_id) = (&self.0.tables.identity, session.user_id);
        let (totp, codes) = (keys::totp(user_id), keys::recovery_codes(user_id));
        // No item can be in a transaction twice: what is spent goes on the condition that it could have been spent.
        let (totp, codes) = match proof {
            SecondProof::Totp(step) => {
                let values = vec![(":yes", bool(true)), (":step", n(step))];
                let totp = remove_if(table, totp, IS_NEWER, values);
                (totp, remove(table, codes))
            }
            SecondProof::RecoveryCode(hash) => {
                let codes = remove_if(table, codes, IS_UNUSED, vec![(":hash", s(hash))]);
                (remove(table, totp), codes)
            }
        };
        let removal = self
            .in_session("disable a second factor", session)
            .with("totp", totp)
            .with("recovery codes", codes);
        let update = "REMOVE #factor_since";
        // An account without a factor has nothing that could be spent: where this does not hold, it is the session.
        let condition = format!("attribute_exists(#factor_since) AND {IS_STILL_OPEN}");
        let values = vec![(":valid_at", n(session.valid_at().as_millisecond()))];
        let change = (update, condition.as_str(), values);
        self.commit(removal, user_id, change, notice, audit)
            .await
            .map(FactorOutcome::from)
    }

    /// Takes the second factor of an account away without it, as an administrator does, and ends all sessions: whoever has
    /// the account now has shown less. False if the account has none.
    pub async fn remove(
        &self,
        user_id: UserId,
        notice: &Task,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let attempt = "remove a second factor";
        for _ in 0..MAX_LOOKS {
            let user = self.0.users().lookup(user_id).await?;
            let Some(user) = user.filter(|user| user.factor_since.is_some()) else {
                return Ok(false);
            };
            let from = user.end_of_sessions(audit.at);
            let removal = self.removal(Transaction::new(attempt), user_id);
            let update = "SET #sessions_valid_from = :sessions_valid_from REMOVE #factor_since";
            let condition = format!(
                "attribute_exists(#factor_since) AND #sessions_valid_from < :sessions_valid_from AND {NO_LATER_PROOF}"
            );
            let values = vec![(":sessions_valid_from", n(from.as_millisecond()))];
            let change = (update, condition.as_str(), values);
            let committed = self.commit(removal, user_id, change, notice, audit).await?;
            if matches!(committed, Committed::Yes) {
                return Ok(true);
            }
        }
        Err(StoreError::kept_changing(attempt))
    }

    /// Adds the writes that remove a second factor, whoever's doing it is; the account is another write.
    pub(crate) fn removal(&self, transaction: Transaction, user_id: UserId) -> Transaction {
        let table = &self.0.tables.identity;
        let codes = remove(table, keys::recovery_codes(user_id));
        transaction
            .with("totp", remove(table, keys::totp(user_id)))
            .with("recovery codes", codes)
    }

    /// Writes a removal with the change of the account that belongs to it.
    async fn commit(
        &self,
        removal: Transaction,
        user_id: UserId,
        (update, condition, values): (&str, &str, Vec<(&str, AttributeValue)>),
        notice: &Task,
        audit: &Entry,
    ) -> Result<Committed, StoreError> {
        let user = Change {
            table: &self.0.tables.identity,
            key: keys::user(user_id),
            update,
            condition,
            values,
        };
        removal
            .with("user", user.in_transaction())
            .with("task", self.0.tasks().write(notice))
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await
    }
}
