//! Accounts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::id::UserId;
use crate::person::{Name, Username};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the installation.
    Admin,
    /// Uses it.
    User,
}

impl Role {
    /// The name in answers and tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }
}

/// An account.
#[derive(Debug, Clone)]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// Where its mail goes; unique.
    pub email: EmailAddress,
    /// Unique where there is one.
    pub username: Option<Username>,
    /// First name, or empty.
    pub first_name: Name,
    /// Last name, or empty.
    pub last_name: Name,
    /// What it may do.
    pub role: Role,
    /// May log in. False until the e-mail is verified, and again when an administrator disables the account.
    pub is_active: bool,
    /// Its owner has shown that the e-mail address is theirs.
    pub email_verified: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Sessions begun before this moment are over.
    pub sessions_valid_from: Timestamp,
}

impl User {
    /// May log in: active, with a verified address.
    pub fn may_log_in(&self) -> bool {
        self.is_active && self.email_verified
    }
}
