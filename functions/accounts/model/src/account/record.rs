//! The item of an account.

use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::{AvatarId, TaskId, UserId};
use kernel::role::Role;
use serde::{Deserialize, Serialize};

use crate::account::{NewUser, User};
use crate::avatar::RefusedUpload;
use crate::link::LinkKind;
use crate::password::PasswordHash;
use crate::profile::{Name, Profile, Username};

#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    id: UserId,
    email: EmailAddress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<Username>,
    first_name: Name,
    last_name: Name,
    password: String,
    /// Not there if it is the usual one: what makes an account may not write the attribute.
    #[serde(default, skip_serializing_if = "is_default")]
    role: Role,
    email_verified: bool,
    /// Whether the account is locked. The attribute is there only if it is, so that a condition can ask for it.
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
    last_proof_at: Option<Timestamp>,
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
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pending_email_until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avatar: Option<AvatarId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avatar_refusal: Option<String>,
    /// The newest upload that was looked at, shown or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avatar_mark: Option<AvatarId>,
    #[serde(default)]
    profile: Profile,
    /// Digests of the newest links, of the kinds where that alone is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verification: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password_reset: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email_change: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deletion_cancel: Option<String>,
    /// The task that deletes it. From then on it cannot be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deletion_task: Option<TaskId>,
    /// No device is known by a token that is not of after this moment.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    device_tokens_from: Option<Timestamp>,
    /// The times that were taken back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    restored: Vec<Restored>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A time in which the account was not its owner's: it was given back the address it had before. What was done meanwhile was
/// not told to the owner, so nobody can take it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restored {
    /// The moment at which the account was given another address.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub(crate) since: Timestamp,
    /// The moment at which that was taken back.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub(crate) at: Timestamp,
}

impl Restored {
    /// Whether a moment was in it, both ends included.
    pub(crate) fn covers(&self, moment: Timestamp) -> bool {
        (self.since..=self.at).contains(&moment)
    }
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
            last_proof_at: record.last_proof_at,
            factor_since: record.factor_since,
            deletion_due_at: record.deletion_due_at,
            pending_email: record.pending_email,
            pending_email_until: record.pending_email_until,
            avatar: record.avatar,
            avatar_refusal: record
                .avatar_mark
                .zip(record.avatar_refusal)
                .map(|(id, code)| RefusedUpload { id, code }),
            profile: record.profile,
        }
    }
}

impl Record {
    /// The record of an account that is made.
    pub(crate) fn new(NewUser { user, password }: &NewUser) -> Self {
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
            last_proof_at: user.last_proof_at,
            factor_since: user.factor_since,
            deletion_due_at: user.deletion_due_at,
            pending_email: user.pending_email.clone(),
            pending_email_until: user.pending_email_until,
            avatar: user.avatar,
            avatar_refusal: None,
            avatar_mark: None,
            profile: user.profile.clone(),
            verification: None,
            password_reset: None,
            email_change: None,
            deletion_cancel: None,
            deletion_task: None,
            device_tokens_from: None,
            restored: Vec::new(),
        }
    }

    /// The hash of the password, as it is stored.
    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// The moment up to which all devices that had a token were forgotten, if they were.
    pub(crate) fn device_tokens_from(&self) -> Option<Timestamp> {
        self.device_tokens_from
    }

    /// The account with the hash of its password.
    pub(crate) fn with_password(self) -> (User, PasswordHash) {
        let hash = PasswordHash::from_stored(self.password.clone());
        (self.into(), hash)
    }

    /// The task that deletes the account, once that has begun.
    pub(crate) fn deletion_task(&self) -> Option<TaskId> {
        self.deletion_task
    }

    /// The times that were taken back.
    pub(crate) fn restored(&self) -> &[Restored] {
        &self.restored
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
