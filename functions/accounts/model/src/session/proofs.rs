//! A proof that is given again in a session.

use identity::IDENTITY;
use kernel::audit::Entry;
use kernel::task::Task;
use store::update::Update;
use store::value::millis;
use store::{Committed, StoreError, Tasks, Transaction};

use crate::factor::Factors;
use crate::login::SecondProof;
use crate::session::store::is_not_revoked;
use crate::session::{Session, Sessions, keys};

/// What became of a proof that was given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReauthenticationOutcome {
    /// The session has a fresh proof.
    Proved,
    /// Another call spent the code meanwhile.
    ProofSpent,
    /// The session is over.
    SessionEnded,
}

impl Sessions<'_> {
    /// Notes that the owner of a session has proved it anew, and spends the code of the second factor if that was the proof;
    /// `notice` tells the owner of a recovery code.
    pub async fn reauthenticate(
        &self,
        session: &Session,
        factor: Option<SecondProof<'_>>,
        notice: Option<&Task>,
        audit: &Entry,
    ) -> Result<ReauthenticationOutcome, StoreError> {
        let key = keys::session(session.user_id, session.id);
        let prove = Update::of(self.0.table(IDENTITY), key)
            .set("proved_at", millis(audit.at))
            .when(is_not_revoked());
        let mut transaction = Transaction::new("prove a session anew")
            .with("session", prove.in_transaction())
            .with("user", self.account_still_open(session));
        if let Some(factor) = factor {
            let spend = Factors(self.0).spend(session.user_id, factor);
            transaction = transaction.with("factor", spend);
        }
        if let Some(notice) = notice {
            transaction = transaction.with("task", Tasks(self.0).write(notice));
        }
        Ok(match transaction.audited(audit).commit(self.0).await? {
            Committed::Yes => ReauthenticationOutcome::Proved,
            Committed::No("factor") => ReauthenticationOutcome::ProofSpent,
            Committed::No(_) => ReauthenticationOutcome::SessionEnded,
        })
    }
}
