use domain::audit::Entry;
use domain::email::EmailAddress;
use domain::id::UserId;
use domain::password::PasswordHash;
use domain::person::Username;
use domain::session::CLOCK_SKEW;
use domain::task::Task;
use domain::user::{Role, User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::expression::{Change, add, bool, lookup, n, s};
use crate::keys;
use crate::transaction::{Committed, Transaction};
pub(crate) use crate::user_record::Record;

/// Accounts.
pub struct Users<'a>(pub(crate) &'a Store);

/// An account to be made.
#[derive(Debug)]
pub struct NewUser {
    /// The account.
    pub user: User,
    /// Its password, hashed.
    pub password: PasswordHash,
}

/// What became of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterOutcome {
    /// The account is there.
    Registered,
    /// Somebody has the address.
    EmailTaken,
    /// Somebody has the username.
    UsernameTaken,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) user_id: UserId,
}

/// An owner's item as it is read: an address that was given up is reserved for a while, and nobody has it.
#[derive(Deserialize)]
struct Owned {
    user_id: Option<UserId>,
}

impl Users<'_> {
    /// The account with this id.
    pub async fn lookup(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.record(id).await?.map(User::from))
    }

    /// The account with this address.
    pub async fn find_by_email(&self, email: &EmailAddress) -> Result<Option<User>, StoreError> {
        match self.find_id_by_email(email).await? {
            Some(id) => self.lookup(id).await,
            None => Ok(None),
        }
    }

    /// The id of the account with this address.
    pub async fn find_id_by_email(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<UserId>, StoreError> {
        self.owner(keys::email_owner(email), "find the owner of an address")
            .await
    }

    /// The id of the account with this username.
    pub async fn find_id_by_username(
        &self,
        username: &Username,
    ) -> Result<Option<UserId>, StoreError> {
        let key = keys::username_owner(username);
        self.owner(key, "find the owner of a username").await
    }

    async fn owner(
        &self,
        key: keys::Key,
        attempt: &'static str,
    ) -> Result<Option<UserId>, StoreError> {
        let owner: Option<Owned> = lookup(self.0, &self.0.tables.identity, key, attempt).await?;
        Ok(owner.and_then(|owner| owner.user_id))
    }

    /// Makes an account, with the task that mails its verification link where it needs one.
    pub async fn register(
        &self,
        new: &NewUser,
        task: Option<&Task>,
        audit: &Entry,
    ) -> Result<RegisterOutcome, StoreError> {
        let table = &self.0.tables.identity;
        let user = &new.user;
        let owner = Owner { user_id: user.id };
        let mut transaction = Transaction::new("register a user")
            .with("email", add(table, keys::email_owner(&user.email), &owner))
            .with("user", add(table, keys::user(user.id), &Record::new(new)));
        if let Some(username) = &user.username {
            transaction = transaction.with(
                "username",
                add(table, keys::username_owner(username), &owner),
            );
        }
        if let Some(task) = task {
            transaction = transaction.with("task", self.0.tasks().write(task));
        }
        match transaction
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?
        {
            Committed::Yes => Ok(RegisterOutcome::Registered),
            Committed::No("username") => Ok(RegisterOutcome::UsernameTaken),
            Committed::No(_) => Ok(RegisterOutcome::EmailTaken),
        }
    }

    /// Makes an account an active, verified administrator's, with a new password, and ends its sessions.
    ///
    /// False if the account has gone.
    pub async fn promote(
        &self,
        id: UserId,
        password: &PasswordHash,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let promote = Change {
            table: &self.0.tables.identity,
            key: keys::user(id),
            update: "SET #role = :admin, #email_verified = :yes, #password = :password, #sessions_valid_from = :from REMOVE #disabled",
            condition: "attribute_exists(#pk)",
            values: vec![
                (":admin", s(Role::Admin.as_str())),
                (":yes", bool(true)),
                (":password", s(password.expose())),
                (":from", n((now + CLOCK_SKEW).as_millisecond())),
            ],
        };
        let committed = Transaction::new("promote a user")
            .with("user", promote.in_transaction())
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    pub(crate) async fn record(&self, id: UserId) -> Result<Option<Record>, StoreError> {
        lookup(
            self.0,
            &self.0.tables.identity,
            keys::user(id),
            "look a user up",
        )
        .await
    }
}
