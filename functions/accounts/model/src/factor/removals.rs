//! The end of a second factor: by its owner, or by an administrator.

use identity::IDENTITY;
use kernel::audit::Entry;
use kernel::id::UserId;
use kernel::task::Task;
use store::condition::{exists, less};
use store::update::Update;
use store::value::millis;
use store::writes::{remove, remove_if};
use store::{Attempts, Committed, StoreError, Tasks, Transaction};

use crate::account;
use crate::account::Users;
use crate::account::conditions::{is_still_open, no_later_proof};
use crate::factor::keys;
use crate::factor::store::is_newer;
use crate::factor::store::is_unused;
use crate::factor::{FactorOutcome, Factors};
use crate::login::SecondProof;
use crate::session::Session;

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
        let (table, user_id) = (self.0.table(IDENTITY), session.user_id);
        let (totp, codes) = (keys::totp(user_id), keys::recovery_codes(user_id));
        // No item can be in a transaction twice: what is spent goes on the condition that it could have been spent.
        let (totp, codes) = match proof {
            SecondProof::Totp(step) => {
                (remove_if(table, totp, is_newer(step)), remove(table, codes))
            }
            SecondProof::RecoveryCode(hash) => (
                remove(table, totp),
                remove_if(table, codes, is_unused(hash)),
            ),
        };
        let removal = self
            .in_session("disable a second factor", session)
            .with("totp", totp)
            .with("recovery codes", codes);
        // An account without a factor has nothing that could be spent: where this does not hold, it is the session.
        let user = self.without_factor(user_id).when(is_still_open(session));
        self.commit(removal, user, notice, audit)
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
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let user = Users(self.0).lookup(user_id).await?;
            let Some(user) = user.filter(|user| user.factor_since.is_some()) else {
                return Ok(false);
            };
            let from = user.end_of_sessions(audit.at);
            let removal = self.removal(Transaction::new(attempt), user_id);
            let user = self
                .without_factor(user_id)
                .set("sessions_valid_from", millis(from))
                .when(less("sessions_valid_from", millis(from)))
                .when(no_later_proof(from));
            let committed = self.commit(removal, user, notice, audit).await?;
            if matches!(committed, Committed::Yes) {
                return Ok(true);
            }
        }
        Err(StoreError::kept_changing(attempt))
    }

    /// Adds the writes that remove a second factor, whoever's doing it is; the account is another write.
    pub(crate) fn removal(&self, transaction: Transaction, user_id: UserId) -> Transaction {
        let table = self.0.table(IDENTITY);
        let codes = remove(table, keys::recovery_codes(user_id));
        transaction
            .with("totp", remove(table, keys::totp(user_id)))
            .with("recovery codes", codes)
    }

    /// The change of an account that has a second factor, and has none any more.
    fn without_factor(&self, user_id: UserId) -> Update<'_> {
        Update::of(self.0.table(IDENTITY), account::keys::user(user_id))
            .remove(["factor_since"])
            .when(exists("factor_since"))
    }

    /// Writes a removal with the change of the account that belongs to it.
    async fn commit(
        &self,
        removal: Transaction,
        user: Update<'_>,
        notice: &Task,
        audit: &Entry,
    ) -> Result<Committed, StoreError> {
        removal
            .with("user", user.in_transaction())
            .with("task", Tasks(self.0).write(notice))
            .audited(audit)
            .commit(self.0)
            .await
    }
}
