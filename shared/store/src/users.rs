use domain::audit::Entry;
use domain::email::EmailAddress;
use domain::id::{AvatarId, UserId};
use domain::link::LinkKind;
use domain::password::PasswordHash;
use domain::person::{Name, Username};
use domain::profile::Profile;
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
    email_verified: bool,
    /// Only where it is locked, so that a condition can ask whether it is there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    disabled: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    sessions_valid_from: Timestamp,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    last_login_at: Option<Timestamp>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    factor_since: Option<Timestamp>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    deletion_due_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending_email: Option<EmailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    former_email: Option<EmailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avatar: Option<AvatarId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avatar_refusal: Option<String>,
    #[serde(default)]
    profile: Profile,
    /// Digest of the newest link of each kind that only the newest is good of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verification: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password_reset: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email_change: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deletion_cancel: Option<String>,
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
            email_verified: record.email_verified,
            disabled: record.disabled,
            created_at: record.created_at,
            sessions_valid_from: record.sessions_valid_from,
            last_login_at: record.last_login_at,
            factor_since: record.factor_since,
            deletion_due_at: record.deletion_due_at,
            pending_email: record.pending_email,
            former_email: record.former_email,
            avatar: record.avatar,
            avatar_refusal: record.avatar_refusal,
            profile: record.profile,
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
        let owner: Option<Owner> = lookup(self.0, &self.0.tables.identity, key, attempt).await?;
        Ok(owner.map(|owner| owner.user_id))
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
            update: "SET #role = :admin, #email_verified = :yes, #password = :password, #sessions_valid_from = :now REMOVE #disabled",
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
            email_verified: user.email_verified,
            disabled: user.disabled,
            created_at: user.created_at,
            sessions_valid_from: user.sessions_valid_from,
            last_login_at: user.last_login_at,
            factor_since: user.factor_since,
            deletion_due_at: user.deletion_due_at,
            pending_email: user.pending_email.clone(),
            former_email: user.former_email.clone(),
            avatar: user.avatar,
            avatar_refusal: user.avatar_refusal.clone(),
            profile: user.profile.clone(),
            verification: None,
            password_reset: None,
            email_change: None,
            deletion_cancel: None,
        }
    }

    /// The hash of the password, as it is stored.
    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// The digest of the one good link of a kind, where only the newest is good.
    pub(crate) fn newest_link(&self, kind: LinkKind) -> Option<&str> {
        match kind {
            LinkKind::Verification => self.verification.as_deref(),
            LinkKind::PasswordReset => self.password_reset.as_deref(),
            LinkKind::EmailChange => self.email_change.as_deref(),
            LinkKind::DeletionCancel => self.deletion_cancel.as_deref(),
            LinkKind::NotMe | LinkKind::PreRegistration => None,
        }
    }
}
