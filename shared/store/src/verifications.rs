use domain::audit::Entry;
use domain::id::UserId;
use domain::task::Task;
use domain::user::User;
use domain::verification::{GRACE, LIFETIME, VerificationToken};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::expression::{Change, add, bool, lookup, s};
use crate::keys;
use crate::transaction::{Committed, Transaction};

/// Links that verify an e-mail address. Of an account's links the newest alone is good.
pub struct Verifications<'a>(pub(crate) &'a Store);

/// What a link is worth.
#[derive(Debug)]
pub enum VerifyOutcome {
    /// Good, unused: verify with it.
    Valid(User),
    /// Its address is verified.
    AlreadyVerified(User),
    /// Too old.
    Expired,
    /// Never made, replaced by a newer one, or forgotten.
    Unknown,
}

/// What became of a new link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueOutcome {
    /// It is the good one now; the moment it ends.
    Issued(Timestamp),
    /// There is nothing to verify: it was done meanwhile, or the account has gone.
    NotNeeded,
}

#[derive(Serialize, Deserialize)]
struct Record {
    user_id: UserId,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
    ttl: i64,
}

impl Verifications<'_> {
    /// Makes a link the good one of an account.
    pub async fn issue(
        &self,
        user_id: UserId,
        token: &VerificationToken,
        now: Timestamp,
    ) -> Result<IssueOutcome, StoreError> {
        let digest = token.digest();
        let expires_at = now + LIFETIME;
        let record = Record {
            user_id,
            expires_at,
            ttl: (expires_at + GRACE).as_second(),
        };
        let table = &self.0.tables.identity;
        let point = Change {
            table,
            key: keys::user(user_id),
            update: "SET #verification = :digest",
            condition: "attribute_exists(#pk) AND #email_verified = :no",
            values: vec![(":digest", s(&digest)), (":no", bool(false))],
        };
        let committed = Transaction::new("issue a verification link")
            .with("user", point.in_transaction())
            .with("link", add(table, keys::verification(&digest), &record))
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => IssueOutcome::Issued(expires_at),
            Committed::No(_) => IssueOutcome::NotNeeded,
        })
    }

    /// Tells what a link is worth.
    pub async fn inspect(
        &self,
        token: &VerificationToken,
        now: Timestamp,
    ) -> Result<VerifyOutcome, StoreError> {
        let digest = token.digest();
        let key = keys::verification(&digest);
        let link: Option<Record> = lookup(
            self.0,
            &self.0.tables.identity,
            key,
            "look a verification link up",
        )
        .await?;
        let Some(link) = link else {
            return Ok(VerifyOutcome::Unknown);
        };
        let Some(user) = self.0.users().record(link.user_id).await? else {
            return Ok(VerifyOutcome::Unknown);
        };

        let is_newest = user.verification.as_ref() == Some(&digest);
        let user = User::from(user);
        Ok(if user.email_verified {
            VerifyOutcome::AlreadyVerified(user)
        } else if !is_newest {
            VerifyOutcome::Unknown
        } else if now >= link.expires_at {
            VerifyOutcome::Expired
        } else {
            VerifyOutcome::Valid(user)
        })
    }

    /// Verifies and activates, with the task that greets the new member. Of many at once exactly one gets true.
    pub async fn verify(
        &self,
        user_id: UserId,
        token: &VerificationToken,
        welcome: &Task,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let activate = Change {
            table: &self.0.tables.identity,
            key: keys::user(user_id),
            update: "SET #email_verified = :yes, #is_active = :yes",
            condition: "#email_verified = :no AND #verification = :digest",
            values: vec![
                (":yes", bool(true)),
                (":no", bool(false)),
                (":digest", s(token.digest())),
            ],
        };
        let committed = Transaction::new("verify an e-mail address")
            .with("user", activate.in_transaction())
            .with("task", self.0.tasks().write(welcome))
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Records that a new link was asked for. Looks nothing up: the answer must not tell whether there is an account.
    pub async fn request(&self, task: &Task, audit: &Entry) -> Result<(), StoreError> {
        Transaction::new("request a verification link")
            .with("task", self.0.tasks().write(task))
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await
            .map(drop)
    }
}
