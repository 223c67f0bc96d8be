use domain::audit::Entry;
use domain::email::EmailAddress;
use domain::id::UserId;
use domain::password::PasswordHash;
use domain::person::{Name, Username};
use domain::task::Task;
use domain::user::{Role, User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::expression::{Change, add, bool, lookup, n, s};
use crate::keys;
use crate::transaction::{Committed, Transaction};

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
pub(crate) struct Record {
    id: UserId,
    email: EmailAddress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<Username>,
    first_name: Name,
    last_name: Name,
    password: String,
    role: Role,
    is_active: bool,
    email_verified: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    sessions_valid_from: Timestamp,
    /// Digest of the newest verification link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) verification: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Owner {
    user_id: UserId,
}

impl From<Record> for User {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            email: record.email,
            username: record.username,
            first_name: record.first_name,
            last_name: record.last_name,
            role: record.role,
            is_active: record.is_active,
            email_verified: record.email_verified,
            created_at: record.created_at,
            sessions_valid_from: record.sessions_valid_from,
        }
    }
}

impl Users<'_> {
    /// The account with this id.
    pub async fn lookup(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.record(id).await?.map(User::from))
    }

    /// The account with this address.
    pub async fn find_by_email(&self, email: &EmailAddress) -> Result<Option<User>, StoreError> {
        let key = keys::email_owner(email);
        let owner: Option<Owner> = lookup(
            self.0,
            &self.0.tables.identity,
            key,
            "find the owner of an address",
        )
        .await?;
        match owner {
            Some(owner) => self.lookup(owner.user_id).await,
            None => Ok(None),
        }
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
            update: "SET #role = :admin, #is_active = :yes, #email_verified = :yes, #password = :password, #sessions_valid_from = :now",
            condition: "attribute_exists(#pk)",
            values: vec![
                (":admin", s(Role::Admin.as_str())),
                (":yes", bool(true)),
                (":password", s(password.expose())),
                (":now", n(now.as_millisecond())),
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

impl Record {
    fn new(NewUser { user, password }: &NewUser) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            username: user.username.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            password: password.expose().to_owned(),
            role: user.role,
            is_active: user.is_active,
            email_verified: user.email_verified,
            created_at: user.created_at,
            sessions_valid_from: user.sessions_valid_from,
            verification: None,
        }
    }
}
