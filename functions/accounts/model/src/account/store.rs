use futures_util::future::try_join_all;
use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::role::Role;
use kernel::task::Task;
use store::condition::{absent, equals};
use store::lookup;
use store::update::Update;
use store::{Attempts, Committed, Key, Store, StoreError, Tasks, Transaction, Write};

use crate::account::User;
use crate::account::conditions::{
    ANEW, DELETION, LISTED, OTHER_WAYS, no_later_proof, sessions_as_read,
};
use crate::account::owners::{Owner, take_email};
pub(crate) use crate::account::record::Record;
use crate::account::{grants, keys};
use crate::code;
use crate::jobs::Recipient;
use crate::password::PasswordHash;
use crate::profile::Username;
use store::value::{millis, nested};
use store::writes::{add, remove};

use crate::account::record::Restored;

/// The storage of accounts.
pub struct Users<'a>(pub &'a Store);

/// An account to be made.
#[derive(Debug)]
pub struct NewUser {
    /// The account that is to be made.
    pub user: User,
    /// The hash of the account's password.
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

/// What became of an account that was to be an administrator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromoteOutcome {
    /// The account is an administrator's now.
    Promoted,
    /// The account has gone.
    Gone,
    /// Its deletion has begun, which cannot be stopped: some of it may be gone.
    BeingDeleted,
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
        let owners = self.username_owners(username).await?;
        Ok(owners.into_iter().find_map(|(_, owner)| owner))
    }

    /// The items of an account's username that nobody else has. Another account has one only if it took it when the two names
    /// were not the same yet.
    pub(crate) async fn own_username_keys(&self, user: &User) -> Result<Vec<Key>, StoreError> {
        let Some(username) = &user.username else {
            return Ok(Vec::new());
        };
        let keys = keys::username_owners(username);
        if keys.len() == 1 {
            return Ok(keys);
        }
        let owners = self.username_owners(username).await?.into_iter();
        let own = owners.filter(|(_, owner)| owner.is_none_or(|owner| owner == user.id));
        Ok(own.map(|(key, _)| key).collect())
    }

    /// Every item that says who owns a username, with the account that it names. All of them are read whatever the first says:
    /// how long it takes tells nothing of who has it.
    pub(crate) async fn username_owners(
        &self,
        username: &Username,
    ) -> Result<Vec<(Key, Option<UserId>)>, StoreError> {
        let owners = keys::username_owners(username).into_iter();
        try_join_all(owners.map(async |key| {
            let owner = self.owner(key.clone(), "find the owner of a username");
            Ok((key, owner.await?))
        }))
        .await
    }

    async fn owner(&self, key: Key, attempt: &'static str) -> Result<Option<UserId>, StoreError> {
        let owner: Option<Owner> = lookup(self.0, self.0.table(IDENTITY), key, attempt).await?;
        Ok(owner.and_then(|owner| owner.user_id))
    }

    /// Makes an account, with the task that mails its verification link where it needs one, or that tells of an administrator.
    pub async fn register(
        &self,
        new: &NewUser,
        task: Option<&Task>,
        audit: &Entry,
    ) -> Result<RegisterOutcome, StoreError> {
        let table = self.0.table(IDENTITY);
        let user = &new.user;
        let take = take_email(table, &user.email, user.id, audit.at);
        let mut transaction = Transaction::new("register a user")
            .with("email", take)
            .with("user", add(table, keys::user(user.id), &Record::new(new)));
        if user.role.is_granted() {
            let give = grants::give(table, user.id, user.role, user.created_at);
            transaction = transaction.with("grant", give);
        }
        if let Some(username) = &user.username {
            for key in keys::username_owners(username) {
                let take = add(table, key, &Owner::of(user.id));
                transaction = transaction.with("username", take);
            }
        }
        if let Some(task) = task {
            transaction = transaction.with("task", Tasks(self.0).write(task));
        }
        match transaction.audited(audit).commit(self.0).await? {
            Committed::Yes => Ok(RegisterOutcome::Registered),
            Committed::No("username") => Ok(RegisterOutcome::UsernameTaken),
            Committed::No(_) => Ok(RegisterOutcome::EmailTaken),
        }
    }

    /// Makes an account an active, verified administrator's, with a new password. Its sessions, codes and links are over,
    /// 'this was not me' of what was done up to now too: some of it perhaps by somebody else. So is a deletion that was asked
    /// for: nobody could log in. A second factor stays. `notices` tell of it.
    pub async fn promote(
        &self,
        id: UserId,
        password: &PasswordHash,
        now: Timestamp,
        notices: &[Task],
        audit: &Entry,
    ) -> Result<PromoteOutcome, StoreError> {
        let attempt = "promote a user";
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let Some(record) = self.record(id).await? else {
                return Ok(PromoteOutcome::Gone);
            };
            if record.deletion_task().is_some() {
                return Ok(PromoteOutcome::BeingDeleted);
            }
            let user = User::from(record);
            let table = self.0.table(IDENTITY);
            let mut transaction = Transaction::new(attempt)
                .with("user", self.promotion(&user, password, now))
                .with("grant", grants::give(table, user.id, Role::Admin, now))
                .with("code", remove(table, code::keys::code(&user.email)));
            for notice in notices {
                transaction = transaction.with("task", Tasks(self.0).write(notice));
            }
            let committed = transaction.audited(audit).commit(self.0).await?;
            if matches!(committed, Committed::Yes) {
                return Ok(PromoteOutcome::Promoted);
            }
        }
        Err(StoreError::kept_changing(attempt))
    }

    fn promotion(&self, user: &User, password: &PasswordHash, now: Timestamp) -> Write {
        let from = user.end_of_sessions(now);
        // All that was done up to now, perhaps by somebody else: no notice of it takes anything back any more.
        let restored = [Restored {
            since: user.created_at,
            at: now,
        }];
        let as_read = equals("email", user.email.as_str()).and(sessions_as_read(user));
        Update::of(self.0.table(IDENTITY), keys::user(user.id))
            .set("role", Role::Admin.as_str())
            .set("email_verified", true)
            .set(LISTED, ANEW)
            .set("password", password.expose())
            .set("sessions_valid_from", millis(from))
            .set("restored", nested(&restored))
            .remove(["disabled", "verification"])
            .remove(OTHER_WAYS)
            .remove(DELETION)
            .when(as_read.and(absent("deletion_task")))
            .when(no_later_proof(from))
            .in_transaction()
    }

    /// The account that a mail is for, by whichever way it was named.
    pub async fn find_recipient(&self, recipient: &Recipient) -> Result<Option<User>, StoreError> {
        match recipient {
            Recipient::UserId(id) => self.lookup(*id).await,
            Recipient::Email(email) => self.find_by_email(email).await,
        }
    }

    pub(crate) async fn record(&self, id: UserId) -> Result<Option<Record>, StoreError> {
        lookup(
            self.0,
            self.0.table(IDENTITY),
            keys::user(id),
            "look a user up",
        )
        .await
    }
}
