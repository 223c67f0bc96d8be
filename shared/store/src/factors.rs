use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::audit::Entry;
use domain::factor::SETUP;
use domain::id::UserId;
use domain::session::Session;
use domain::task::Task;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::expression::{Change, Changed, bool, lookup, n, put_if, replace, s};
use crate::keys;
use crate::logins::SecondProof;
use crate::sessions::IS_STILL_OPEN;
use crate::transaction::{Committed, Transaction};

/// The condition that a code is newer than every one before it.
pub(crate) const IS_NEWER: &str = "#active = :yes AND #last_step < :step";

/// The condition that a recovery code was not used.
pub(crate) const IS_UNUSED: &str = "contains(#hashes, :hash)";

/// Second factors: the secret of an authenticator, and recovery codes. How they are taken away is in `factor_removals`.
pub struct Factors<'a>(pub(crate) &'a Store);

/// The secret that an account shares with its authenticator, as it is kept.
#[derive(Debug, Clone, Deserialize)]
pub struct Totp {
    /// The secret, encrypted.
    pub sealed: String,
    /// It is asked for at every door. Else it waits for its first right code.
    pub active: bool,
    /// The newest time step that was accepted.
    #[serde(default)]
    pub last_step: u64,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
}

/// A second factor that is to be asked for from now on.
#[derive(Debug)]
pub struct NewFactor<'a> {
    /// The session it is added in, whose account it belongs to.
    pub session: &'a Session,
    /// The secret that the first right code was of, as it is kept.
    pub sealed: &'a str,
    /// That code's time step.
    pub step: u64,
    /// The hashes of the recovery codes.
    pub recovery_codes: Vec<String>,
    /// The task that tells the owner.
    pub notice: &'a Task,
    /// Its entry in the audit log.
    pub audit: &'a Entry,
}

/// What became of a second factor that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddOutcome {
    /// It is asked for.
    Added,
    /// Its secret was replaced or confirmed meanwhile, or is gone.
    NotBegun,
    /// The session it was to be added in is over.
    SessionEnded,
}

#[derive(Serialize)]
struct PendingTotp<'a> {
    sealed: &'a str,
    active: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    ttl: i64,
}

#[derive(Serialize, Deserialize)]
struct RecoveryCodes {
    /// As a set, so that one can be taken out by a condition on it alone. Away with the last one.
    #[serde(default, with = "serde_dynamo::string_set")]
    hashes: Vec<String>,
}

impl Factors<'_> {
    /// The secret of an account, whether it is asked for yet or not.
    pub async fn lookup(&self, user_id: UserId) -> Result<Option<Totp>, StoreError> {
        let key = keys::totp(user_id);
        lookup(
            self.0,
            &self.0.tables.identity,
            key,
            "look a second factor up",
        )
        .await
    }

    /// Whether an account has a recovery code with this hash, unused.
    pub async fn has_recovery_code(&self, user_id: UserId, hash: &str) -> Result<bool, StoreError> {
        let key = keys::recovery_codes(user_id);
        let attempt = "look recovery codes up";
        let record: Option<RecoveryCodes> =
            lookup(self.0, &self.0.tables.identity, key, attempt).await?;
        Ok(record.is_some_and(|record| record.hashes.iter().any(|known| known == hash)))
    }

    /// Keeps a new secret, in place of one that never was confirmed. False if the account has a second factor.
    pub async fn begin(
        &self,
        user_id: UserId,
        sealed: &str,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let created_at = audit.at;
        let pending = PendingTotp {
            sealed,
            active: false,
            created_at,
            ttl: (created_at + SETUP).as_second(),
        };
        let put = put_if(
            &self.0.tables.identity,
            keys::totp(user_id),
            &pending,
            "attribute_not_exists(#pk) OR #active = :no",
            vec![(":no", bool(false))],
        );
        let committed = Transaction::new("begin a second factor")
            .with("totp", put)
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Has a second factor asked for at every door from now on.
    pub async fn add(&self, factor: NewFactor<'_>) -> Result<AddOutcome, StoreError> {
        let table = &self.0.tables.identity;
        let user_id = factor.session.user_id;
        let activate = Change {
            table,
            key: keys::totp(user_id),
            update: "SET #active = :yes, #last_step = :step REMOVE #ttl",
            condition: "#active = :no AND #sealed = :sealed",
            values: vec![
                (":yes", bool(true)),
                (":no", bool(false)),
                (":step", n(factor.step)),
                (":sealed", s(factor.sealed)),
            ],
        };
        let ask = Change {
            table,
            key: keys::user(user_id),
            update: "SET #factor_since = :now",
            condition: &format!("attribute_not_exists(#factor_since) AND {IS_STILL_OPEN}"),
            values: vec![
                (":now", n(factor.audit.at.as_millisecond())),
                (":valid_at", n(factor.session.valid_at().as_millisecond())),
            ],
        };
        let committed = Transaction::new("add a second factor")
            .with("totp", activate.in_transaction())
            .with(
                "recovery codes",
                self.recovery_codes(user_id, factor.recovery_codes),
            )
            .with("user", ask.in_transaction())
            .with("task", self.0.tasks().write(factor.notice))
            .with("audit", self.0.audit_log().write(factor.audit))
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => AddOutcome::Added,
            // An account that has a factor has no secret that waits: so it is the session.
            Committed::No("user") => AddOutcome::SessionEnded,
            Committed::No(_) => AddOutcome::NotBegun,
        })
    }

    /// Spends a code for new recovery codes, which take the place of all old ones. False if the code was spent meanwhile.
    pub async fn renew_recovery_codes(
        &self,
        user_id: UserId,
        step: u64,
        recovery_codes: Vec<String>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let committed = Transaction::new("renew recovery codes")
            .with("totp", self.spend(user_id, SecondProof::Totp(step)))
            .with(
                "recovery codes",
                self.recovery_codes(user_id, recovery_codes),
            )
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
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
    pub(crate) fn spend(&self, user_id: UserId, proof: SecondProof<'_>) -> TransactWriteItem {
        self.spending(user_id, proof).in_transaction()
    }

    fn spending(&self, user_id: UserId, proof: SecondProof<'_>) -> Change<'_> {
        let table = &self.0.tables.identity;
        match proof {
            SecondProof::Totp(step) => Change {
                table,
                key: keys::totp(user_id),
                update: "SET #last_step = :step",
                condition: IS_NEWER,
                values: vec![(":yes", bool(true)), (":step", n(step))],
            },
            SecondProof::RecoveryCode(hash) => Change {
                table,
                key: keys::recovery_codes(user_id),
                update: "DELETE #hashes :hashes",
                condition: IS_UNUSED,
                values: vec![
                    (":hashes", AttributeValue::Ss(vec![hash.to_owned()])),
                    (":hash", s(hash)),
                ],
            },
        }
    }

    fn recovery_codes(&self, user_id: UserId, hashes: Vec<String>) -> TransactWriteItem {
        let key = keys::recovery_codes(user_id);
        replace(&self.0.tables.identity, key, &RecoveryCodes { hashes })
    }
}
