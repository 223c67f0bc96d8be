use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::task::Task;
use store::condition::{absent, equals};
use store::update::Update;
use store::value::{millis, nested};
use store::writes::{remove, remove_existing};
use store::{Attempts, Committed, StoreError, Tasks, Transaction};

use crate::account::conditions::{
    ANEW, DELETION, LISTED, OTHER_WAYS, no_later_proof, sessions_as_read,
};
use crate::account::owners::take_email;
use crate::account::record::{Record, Restored};
use crate::account::{User, Users};
use crate::factor::Factors;
use crate::link::{GRACE, Link, LinkKind, LinkToken, Links, Undo};
use crate::{account, code, link};

/// What stands in the place of a hash that no password fits.
const NO_PASSWORD: &str = "!";

pub(crate) const ATTEMPT: &str = "take back what the owner did not do";

/// The owner's word that something was not done by them.
#[derive(Debug)]
pub struct Denial<'a> {
    /// The link they followed.
    pub link: &'a Link,
    /// The token of the link.
    pub token: &'a LinkToken,
    /// The task that mails a link for a new password, where the old one is made useless.
    pub reset: &'a Task,
    /// The entry of the denial in the audit log.
    pub audit: &'a Entry,
}

/// What is taken back, of the account as it was read.
struct Taking<'a> {
    user: &'a User,
    /// The address that is given back, which may be the one it has.
    email: Option<&'a EmailAddress>,
    /// The times that were taken back, this one too.
    restored: Vec<Restored>,
    removes_factor: bool,
}

impl Denial<'_> {
    /// The moment at which the thing was done.
    pub(crate) fn done_at(&self) -> Timestamp {
        self.link.done_at.unwrap_or(self.link.created_at)
    }

    /// Whether it was done while the account was not its owner's. Whoever took it got the notice, and with it a link that
    /// would give the account back to them.
    pub(crate) fn is_void(&self, record: &Record) -> bool {
        let mut restored = record.restored().iter();
        restored.any(|time| time.covers(self.done_at()))
    }

    /// Whether the account's second factor is not the owner's.
    fn removes_factor(&self, undo: &Undo, user: &User) -> bool {
        let Some(since) = user.factor_since else {
            return false;
        };
        match undo {
            // A factor set up after the one this link was told of is another one.
            Undo::FactorAdded => since <= self.link.created_at,
            // Its notice went to the address that is taken away now.
            Undo::Email(_) => since.as_millisecond() >= self.done_at().as_millisecond(),
            // The link of a session takes away what was set up in that very one: see `denied_logins`.
            Undo::Session(_) | Undo::Password | Undo::FactorRemoved => false,
        }
    }
}

impl Links<'_> {
    /// Takes back what a link of the kind [`LinkKind::NotMe`] was told of, and uses the link up. False if it was used before,
    /// what it was told of was done while somebody else had the account, or the account's deletion has begun.
    pub async fn deny(&self, denial: &Denial<'_>) -> Result<bool, StoreError> {
        let (Some(user_id), Some(undo)) = (denial.link.user_id, &denial.link.undo) else {
            return Ok(false);
        };
        match undo {
            Undo::Session(id) => self.end_session(denial, user_id, *id).await,
            Undo::Password | Undo::Email(_) | Undo::FactorAdded | Undo::FactorRemoved => {
                self.close(denial, user_id, undo).await
            }
        }
    }

    /// Ends all sessions, makes the password useless, and takes the rest of `undo` back.
    async fn close(
        &self,
        denial: &Denial<'_>,
        user_id: UserId,
        undo: &Undo,
    ) -> Result<bool, StoreError> {
        let mut give_back = match undo {
            Undo::Email(email) => Some(email),
            _ => None,
        };
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let record = Users(self.0).record(user_id).await?;
            let Some(record) = record.filter(|record| !denial.is_void(record)) else {
                return Ok(false);
            };
            // A deletion that has begun cannot be stopped: some of the account may be gone.
            if record.deletion_task().is_some() {
                return Ok(false);
            }
            let mut restored = record.restored().to_vec();
            if give_back.is_some() {
                let at = denial.audit.at;
                // As long as any link of that time is remembered.
                restored.retain(|time| at < time.at + GRACE);
                let since = denial.done_at();
                restored.push(Restored { since, at });
            }
            let user = User::from(record);
            let taking = Taking {
                user: &user,
                email: give_back,
                restored,
                removes_factor: denial.removes_factor(undo, &user),
            };
            let transaction = self.closing(denial, &taking);
            match transaction.commit(self.0).await? {
                Committed::Yes => return Ok(true),
                Committed::No("link") => return Ok(false),
                // Somebody else has that address now, for good. The rest is taken back all the same.
                Committed::No("owner") => give_back = None,
                Committed::No(_) => {}
            }
        }
        Err(StoreError::kept_changing(ATTEMPT))
    }

    fn closing(&self, denial: &Denial<'_>, taking: &Taking<'_>) -> Transaction {
        let (table, user) = (self.0.table(IDENTITY), taking.user);
        let from = user.end_of_sessions(denial.audit.at);
        let as_read = equals("email", user.email.as_str()).and(sessions_as_read(user));
        let mut change = Update::of(table, account::keys::user(user.id))
            .set("password", NO_PASSWORD)
            .set("sessions_valid_from", millis(from))
            .remove(OTHER_WAYS)
            // Without this the account would go, and the mail for a new password would not.
            .remove(DELETION)
            .when(as_read.and(absent("deletion_task")))
            .when(no_later_proof(from));
        let mut transaction = self
            .used(denial)
            .with("code", remove(table, code::keys::code(&user.email)))
            .with("task", Tasks(self.0).write(denial.reset));
        if taking.email.is_some() {
            change = change.set("restored", nested(&taking.restored));
        }
        let former = taking.email.filter(|email| **email != user.email);
        if let Some(former) = former {
            change = change
                .set("email", former.as_str())
                .set("email_verified", true)
                .set(LISTED, ANEW);
        }
        if taking.removes_factor {
            change = change.remove(["factor_since"]);
            transaction = Factors(self.0).removal(transaction, user.id);
        }
        transaction = transaction.with("user", change.in_transaction());
        // After the account: where that has changed, whose the address is may have changed with it.
        let Some(former) = former else {
            return transaction;
        };
        transaction
            .with("owner", take_email(table, former, user.id, denial.audit.at))
            .with(
                "given up",
                remove(table, account::keys::email_owner(&user.email)),
            )
    }

    /// The writes that use the link up and record it.
    pub(crate) fn used(&self, denial: &Denial<'_>) -> Transaction {
        let key = link::keys::link(LinkKind::NotMe, &denial.token.digest());
        Transaction::new(ATTEMPT)
            .with("link", remove_existing(self.0.table(IDENTITY), key))
            .audited(denial.audit)
    }
}
