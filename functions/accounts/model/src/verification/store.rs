use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::id::UserId;
use kernel::task::Task;
use store::condition::{differs, equals};
use store::update::Update;
use store::{Committed, Store, StoreError, Tasks, Transaction};

use crate::account::User;
use crate::account::keys;
use crate::link::{IssueOutcome, Link, LinkKind, LinkToken, Links, Worth};

/// Links that verify an e-mail address. Of an account's links the newest alone is good.
pub struct Verifications<'a>(pub &'a Store);

/// What a link that verifies an address is worth.
#[derive(Debug)]
pub enum VerificationWorth {
    /// The link is valid and unused: it verifies this account.
    Valid(User),
    /// The address of this account is verified already.
    AlreadyVerified(User),
    /// The link has expired.
    Expired,
    /// Never made, replaced by a newer one, sent to an address that the account no longer has, or forgotten.
    Unknown,
}

impl Verifications<'_> {
    /// Makes a link the good one of an account.
    pub async fn issue(
        &self,
        user: &User,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<IssueOutcome, StoreError> {
        let link = Link::new(LinkKind::Verification, Some(user.id), &user.email, now);
        let is_needed = differs("email_verified", true);
        Links(self.0).issue(user.id, &link, token, is_needed).await
    }

    /// Tells what a link is worth.
    pub async fn inspect(
        &self,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<VerificationWorth, StoreError> {
        let links = Links(self.0);
        let Some(link) = links.find(LinkKind::Verification, token).await? else {
            return Ok(VerificationWorth::Unknown);
        };
        let worth = links.judge(&link, token, now).await?;
        Ok(match worth {
            // Whoever reads an old mailbox must not learn the address that the account has now.
            Worth::Good(user) | Worth::Replaced(user) | Worth::Expired(user)
                if user.email != link.email =>
            {
                VerificationWorth::Unknown
            }
            Worth::Good(user) | Worth::Replaced(user) | Worth::Expired(user)
                if user.email_verified =>
            {
                VerificationWorth::AlreadyVerified(user)
            }
            Worth::Good(user) => VerificationWorth::Valid(user),
            Worth::Expired(_) => VerificationWorth::Expired,
            Worth::Replaced(_) | Worth::Unknown => VerificationWorth::Unknown,
        })
    }

    /// Verifies and activates, with the task that greets the new member. Of many at once exactly one gets true.
    pub async fn verify(
        &self,
        user_id: UserId,
        token: &LinkToken,
        welcome: &Task,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let is_good = equals("verification", token.digest());
        let activate = Update::of(self.0.table(IDENTITY), keys::user(user_id))
            .set("email_verified", true)
            .when(equals("email_verified", false).and(is_good));
        let links = Links(self.0);
        let used = links.remember_use(LinkKind::Verification, token, audit.at);
        let committed = Transaction::new("verify an e-mail address")
            .with("user", activate.in_transaction())
            .with("link", used)
            .with("task", Tasks(self.0).write(welcome))
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Records that a new link was asked for. Looks nothing up: the answer must not tell whether there is an account.
    pub async fn request(&self, task: &Task, audit: &Entry) -> Result<(), StoreError> {
        Tasks(self.0)
            .request("request a verification link", task, audit)
            .await
    }
}
