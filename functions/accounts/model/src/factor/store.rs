use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::id::{SessionId, UserId};
use kernel::task::Task;
use serde::{Deserialize, Serialize};
use store::condition::{Condition, absent, contains, equals, less};
use store::update::{Changed, Update};
use store::value::millis;
use store::writes::{put_if, replace};
use store::{Committed, Store, StoreError, Tasks, Transaction, Write};
use store::{get, lookup};

use crate::account;
use crate::account::conditions::is_still_open;
use crate::factor::SETUP;
use crate::factor::keys;
use crate::factor::{FactorKind, StoredFactor};
use crate::login::SecondProof;
use crate::session::{Session, Sessions};

/// The condition that a code is newer than every one before it.
pub(crate) fn is_newer(step: u64) -> Condition {
    equals("active", true).and(less("last_step", step))
}

/// The condition that a recovery code was not used.
pub(crate) fn is_unused(hash: &str) -> Condition {
    contains("hashes", hash)
}

/// Second factors: the secret of an authenticator, and recovery codes. How they are taken away is in `factor_removals`.
pub struct Factors<'a>(pub &'a Store);

/// The secret that an account shares with its authenticator, as it is kept.
#[derive(Debug, Clone, Deserialize)]
pub struct Totp {
    /// The secret in its encrypted form.
    pub sealed: String,
    /// Whether the factor is asked for at every log-in. Otherwise it waits for its first right code.
    pub active: bool,
    /// The newest time step that was accepted.
    #[serde(default)]
    pub last_step: u64,
    /// The moment at which the secret was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// The session in which it was confirmed.
    #[serde(default)]
    pub session_id: Option<SessionId>,
}

/// A second factor that is to be asked for from now on.
#[derive(Debug)]
pub struct NewFactor<'a> {
    /// The session it is added in, whose account it belongs to.
    pub session: &'a Session,
    /// The secret that the first right code was of, as it is kept.
    pub sealed: &'a str,
    /// The time step of that code.
    pub step: u64,
    /// The hashes of the recovery codes.
    pub recovery_codes: Vec<String>,
    /// The task that tells the owner.
    pub notice: &'a Task,
    /// The entry of the change in the audit log.
    pub audit: &'a Entry,
}

/// What became of something that was to be done to a second factor in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorOutcome {
    /// The change was made.
    Done,
    /// Somebody has set the factor up or taken it away, replaced the secret, or spent the code meanwhile.
    ChangedMeanwhile,
    /// The session is over.
    SessionEnded,
}

impl From<Committed> for FactorOutcome {
    /// The outcome of a transaction whose `session` and `user` hold as long as the session goes on.
    fn from(committed: Committed) -> Self {
        match committed {
            Committed::Yes => Self::Done,
            Committed::No("session" | "user") => Self::SessionEnded,
            Committed::No(_) => Self::ChangedMeanwhile,
        }
    }
}

#[derive(Serialize)]
struct PendingTotp<'a> {
    sealed: &'a str,
    active: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    ttl: i64,
}

#[derive(Serialize)]
struct RecoveryCodes {
    /// The hashes of the codes. They are a set, so that one can be taken out by a condition on it alone. With the last one
    /// the set is gone.
    #[serde(with = "serde_dynamo::string_set")]
    hashes: Vec<String>,
}

impl Factors<'_> {
    /// The secret of an account, whether it is asked for yet or not.
    pub async fn lookup(&self, user_id: UserId) -> Result<Option<Totp>, StoreError> {
        let key = keys::totp(user_id);
        lookup(
            self.0,
            self.0.table(IDENTITY),
            key,
            "look a second factor up",
        )
        .await
    }

    /// A second factor of an account, to judge an answer by.
    pub async fn read(
        &self,
        user_id: UserId,
        kind: FactorKind,
    ) -> Result<StoredFactor, StoreError> {
        let (table, attempt) = (self.0.table(IDENTITY), "look a second factor up");
        let item = get(self.0, table, kind.key(user_id), attempt).await?;
        kind.of_item(item, attempt)
    }

    /// Counts the unused recovery codes of an account.
    pub async fn count_recovery_codes(&self, user_id: UserId) -> Result<usize, StoreError> {
        let stored = self.read(user_id, FactorKind::RecoveryCodes).await?;
        Ok(match stored {
            StoredFactor::RecoveryCodes(hashes) => hashes.len(),
            StoredFactor::Totp(_) => 0,
        })
    }

    /// Keeps a new secret, in place of one that never was confirmed. [`FactorOutcome::ChangedMeanwhile`] if the account has a second
    /// factor.
    pub async fn begin(
        &self,
        session: &Session,
        sealed: &str,
        audit: &Entry,
    ) -> Result<FactorOutcome, StoreError> {
        let created_at = audit.at;
        let pending = PendingTotp {
            sealed,
            active: false,
            created_at,
            ttl: (created_at + SETUP).as_second(),
        };
        let put = put_if(
            self.0.table(IDENTITY),
            keys::totp(session.user_id),
            &pending,
            absent("pk").or(equals("active", false)),
        );
        self.in_session("begin a second factor", session)
            .with("user", Sessions(self.0).account_still_open(session))
            .with("totp", put)
            .audited(audit)
            .commit(self.0)
            .await
            .map(FactorOutcome::from)
    }

    /// Has a second factor asked for at every door from now on. [`FactorOutcome::ChangedMeanwhile`] if its secret was replaced or
    /// confirmed meanwhile, or is gone.
    pub async fn add(&self, factor: NewFactor<'_>) -> Result<FactorOutcome, StoreError> {
        let table = self.0.table(IDENTITY);
        let user_id = factor.session.user_id;
        let activate = Update::of(table, keys::totp(user_id))
            .set("active", true)
            .set("last_step", factor.step)
            .set("session_id", factor.session.id.to_string())
            .remove(["ttl"])
            .when(equals("active", false).and(equals("sealed", factor.sealed)));
        let ask = Update::of(table, account::keys::user(user_id))
            .set("factor_since", millis(factor.audit.at))
            // An account that has a factor has no secret that waits: where this does not hold, it is the session.
            .when(absent("factor_since").and(is_still_open(factor.session)));
        self.in_session("add a second factor", factor.session)
            .with("totp", activate.in_transaction())
            .with(
                "recovery codes",
                self.recovery_codes(user_id, factor.recovery_codes),
            )
            .with("user", ask.in_transaction())
            .with("task", Tasks(self.0).write(factor.notice))
            .audited(factor.audit)
            .commit(self.0)
            .await
            .map(FactorOutcome::from)
    }

    /// Spends a code for new recovery codes, which take the place of all old ones. [`FactorOutcome::ChangedMeanwhile`] if the code was
    /// spent meanwhile.
    pub async fn renew_recovery_codes(
        &self,
        session: &Session,
        step: u64,
        recovery_codes: Vec<String>,
        audit: &Entry,
    ) -> Result<FactorOutcome, StoreError> {
        let user_id = session.user_id;
        self.in_session("renew recovery codes", session)
            .with("user", Sessions(self.0).account_still_open(session))
            .with("totp", self.spend(user_id, SecondProof::Totp(step)))
            .with(
                "recovery codes",
                self.recovery_codes(user_id, recovery_codes),
            )
            .audited(audit)
            .commit(self.0)
            .await
            .map(FactorOutcome::from)
    }

    /// The beginning of a transaction of what is done in a session.
    pub(crate) fn in_session(&self, attempt: &'static str, session: &Session) -> Transaction {
        Transaction::new(attempt).with("session", Sessions(self.0).still_open(session))
    }

    /// Spends a one-time password or a recovery code for what is done elsewhere. False if it was spent meanwhile.
    pub async fn spend_now(
        &self,
        user_id: UserId,
        proof: SecondProof<'_>,
    ) -> Result<bool, StoreError> {
        let spent = self.spending(user_id, proof);
        let spent = spent.apply(self.0, "spend a second factor").await?;
        Ok(matches!(spent, Changed::Now(_)))
    }

    /// The write that spends a one-time password or a recovery code: each is good once.
    pub(crate) fn spend(&self, user_id: UserId, proof: SecondProof<'_>) -> Write {
        self.spending(user_id, proof).in_transaction()
    }

    fn spending(&self, user_id: UserId, proof: SecondProof<'_>) -> Update<'_> {
        let table = self.0.table(IDENTITY);
        match proof {
            SecondProof::Totp(step) => Update::of(table, keys::totp(user_id))
                .set("last_step", step)
                .when(is_newer(step)),
            SecondProof::RecoveryCode(hash) => Update::of(table, keys::recovery_codes(user_id))
                .remove_from_set("hashes", hash)
                .when(is_unused(hash)),
        }
    }

    fn recovery_codes(&self, user_id: UserId, hashes: Vec<String>) -> Write {
        let key = keys::recovery_codes(user_id);
        replace(self.0.table(IDENTITY), key, &RecoveryCodes { hashes })
    }
}
