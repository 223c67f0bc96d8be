use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::task::Task;
use store::condition::{absent, differs, equals, exists};
use store::update::Update;
use store::{Attempts, Committed, Store, StoreError, Tasks, Transaction};

use crate::account::User;
use crate::account::conditions::{ANEW, LISTED};
use crate::account::keys;
use crate::link::{IssueOutcome, Link, LinkKind, LinkToken, Links, Worth};

const ATTEMPT: &str = "verify an e-mail address";

/// Links that verify an e-mail address. Of an account's links the newest alone is good.
pub struct Verifications<'a>(pub &'a Store);

/// A link that verifies an address and that somebody has followed.
#[derive(Debug)]
pub struct Followed<'a> {
    /// The account that the link is for.
    pub user_id: UserId,
    /// The link.
    pub link: &'a Link,
    /// The token of the link.
    pub token: &'a LinkToken,
    /// The task that greets the new member.
    pub welcome: &'a Task,
    /// The entry of the verification in the audit log.
    pub audit: &'a Entry,
}

/// What became of a link that verifies an address.
#[derive(Debug)]
pub enum VerificationOutcome {
    /// It did: the address is verified.
    Verified {
        /// Whether nobody has locked the account.
        is_active: bool,
    },
    /// The address was verified before.
    AlreadyVerified {
        /// The address.
        email: EmailAddress,
        /// Whether the account can log in.
        is_active: bool,
    },
    /// The link has expired.
    Expired,
    /// Replaced by a newer one, or sent to an address that the account no longer has.
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

    /// Verifies and activates the account of a link, with the task that greets the new member. Of many at once exactly one does.
    ///
    /// What must be true stands in the link, so the account is read only where it is not, to tell why.
    pub async fn follow(&self, followed: &Followed<'_>) -> Result<VerificationOutcome, StoreError> {
        let &Followed { link, token, .. } = followed;
        let now = followed.audit.at;
        let mut locked = false;
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let verification = self.verification(followed, locked);
            if now < link.expires_at
                && let Committed::Yes = verification.commit(self.0).await?
            {
                return Ok(VerificationOutcome::Verified { is_active: !locked });
            }
            match self.judge(link, token, now).await? {
                Ok(user) => locked = user.disabled,
                Err(outcome) => return Ok(outcome),
            }
        }
        Err(StoreError::kept_changing(ATTEMPT))
    }

    /// The account that a link can verify; otherwise why it cannot.
    async fn judge(
        &self,
        link: &Link,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<Result<User, VerificationOutcome>, StoreError> {
        let worth = Links(self.0).judge(link, token, now).await?;
        Ok(match worth {
            // Whoever reads an old mailbox must not learn the address that the account has now.
            Worth::Good(user) | Worth::Replaced(user) | Worth::Expired(user)
                if user.email != link.email =>
            {
                Err(VerificationOutcome::Unknown)
            }
            Worth::Good(user) | Worth::Replaced(user) | Worth::Expired(user)
                if user.email_verified =>
            {
                Err(VerificationOutcome::AlreadyVerified {
                    is_active: user.is_active(),
                    email: user.email,
                })
            }
            Worth::Good(user) => Ok(user),
            Worth::Expired(_) => Err(VerificationOutcome::Expired),
            Worth::Replaced(_) | Worth::Unknown => Err(VerificationOutcome::Unknown),
        })
    }

    /// The writes that verify an account which is locked, or is not, as `followed` was found.
    fn verification(&self, followed: &Followed<'_>, locked: bool) -> Transaction {
        let &Followed { link, token, .. } = followed;
        let is_good = equals("verification", token.digest());
        let is_its = equals("email", link.email.as_str());
        let as_locked = if locked {
            exists("disabled")
        } else {
            absent("disabled")
        };
        let activate = Update::of(self.0.table(IDENTITY), keys::user(followed.user_id))
            .set("email_verified", true)
            .set(LISTED, ANEW)
            .when(equals("email_verified", false).and(is_good))
            .when(is_its.and(as_locked));
        let links = Links(self.0);
        let used = links.remember_use(LinkKind::Verification, token, followed.audit.at);
        Transaction::new(ATTEMPT)
            .with("user", activate.in_transaction())
            .with("link", used)
            .with("task", Tasks(self.0).write(followed.welcome))
            .audited(followed.audit)
    }

    /// Records that a new link was asked for. Looks nothing up: the answer must not tell whether there is an account.
    pub async fn request(&self, task: &Task, audit: &Entry) -> Result<(), StoreError> {
        Tasks(self.0)
            .request("request a verification link", task, audit)
            .await
    }
}
