//! Work that is not a request: what there is, where it waits, and the states it goes through.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::id::{AvatarId, SessionId, TaskId, UserId};

/// Times a message is received before it goes to the dead-letter queue: one try and three retries.
pub const MAX_RECEIVES: u32 = 4;

/// How long a finished task is kept for an operator to look at.
pub const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long a copy of an account's data can be fetched, from when it was asked for.
pub const EXPORT_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Where a task waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Queue {
    /// Mail that somebody is waiting for.
    MailUrgent,
    /// Mail that may take a while.
    MailBulk,
    /// Everything else.
    Work,
}

/// What is to be done. Holds ids; an address only where the request must not look the account up; never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "input", rename_all = "snake_case")]
pub enum Work {
    /// Make a verification link and mail it.
    SendVerification(Recipient),
    /// Make the one-time code that was asked for and mail it.
    SendOneTimeCode {
        /// The address as typed; it may have no account.
        email: EmailAddress,
    },
    /// Greet a new member.
    SendWelcome {
        /// Whom.
        user_id: UserId,
    },
    /// Make a link to choose a new password and mail it.
    SendPasswordReset(Recipient),
    /// Make a link that verifies the address an account wants, and mail it there.
    SendEmailChange {
        /// Whose address is to change.
        user_id: UserId,
    },
    /// Tell the owner of something done to the account, with a link for 'this was not me'.
    SendSecurityNotice {
        /// Whom.
        user_id: UserId,
        /// What was done.
        event: SecurityEvent,
        /// When.
        at: Timestamp,
    },
    /// Make a link that keeps an account which is to be deleted, and mail it.
    SendDeletionNotice {
        /// Whose account.
        user_id: UserId,
    },
    /// Say where the copy of all data is.
    SendExportReady {
        /// Whose data.
        user_id: UserId,
        /// Which copy: the task that made it.
        export_id: TaskId,
    },
    /// Make a link that confirms a pre-registration and mail it.
    SendPreRegistration {
        /// The address as typed.
        email: EmailAddress,
    },
    /// Put a copy of all of an account's data into the bucket.
    ExportAccount {
        /// Whose data.
        user_id: UserId,
    },
    /// Delete everything about an account.
    DeleteAccount {
        /// Which.
        user_id: UserId,
    },
    /// Delete the files of a picture that is no longer shown.
    DeleteAvatar {
        /// Whose it was.
        user_id: UserId,
        /// Which.
        avatar_id: AvatarId,
    },
}

/// Something done to an account that its owner hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityEvent {
    /// The password was changed or reset.
    PasswordChanged,
    /// The account has another e-mail address. Goes to the one it had.
    EmailChanged,
    /// A second factor is asked for from now on.
    FactorAdded,
    /// It no longer is.
    FactorRemoved,
    /// A log-in from a device not seen before.
    NewDevice(SessionId),
    /// A log-in with a recovery code in place of the authenticator.
    RecoveryCodeUsed(SessionId),
    /// An old refresh token of a session came back, and the session was ended.
    TokenReuse(SessionId),
}

/// Whom a mail is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// An account.
    UserId(UserId),
    /// Whoever has this address; it may have no account.
    Email(EmailAddress),
}

/// How far a task is. The names are those of the system this one replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskState {
    /// Waits for its first try.
    Pending,
    /// A worker has it.
    Started,
    /// Waits for its next try.
    Retry,
    /// Done.
    Success,
    /// Given up.
    Failure,
    /// Called off.
    Revoked,
}

/// A piece of work.
#[derive(Debug, Clone)]
pub struct Task {
    /// Identifier.
    pub id: TaskId,
    /// What is to be done.
    pub work: Work,
    /// When it was asked for.
    pub created_at: Timestamp,
}

impl Work {
    /// Its name in messages, logs and tables.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SendVerification(_) => "send_verification",
            Self::SendOneTimeCode { .. } => "send_one_time_code",
            Self::SendWelcome { .. } => "send_welcome",
            Self::SendPasswordReset(_) => "send_password_reset",
            Self::SendEmailChange { .. } => "send_email_change",
            Self::SendSecurityNotice { .. } => "send_security_notice",
            Self::SendDeletionNotice { .. } => "send_deletion_notice",
            Self::SendExportReady { .. } => "send_export_ready",
            Self::SendPreRegistration { .. } => "send_pre_registration",
            Self::ExportAccount { .. } => "export_account",
            Self::DeleteAccount { .. } => "delete_account",
            Self::DeleteAvatar { .. } => "delete_avatar",
        }
    }

    /// Where it waits.
    pub fn queue(&self) -> Queue {
        match self {
            Self::SendVerification(_)
            | Self::SendOneTimeCode { .. }
            | Self::SendPasswordReset(_)
            | Self::SendEmailChange { .. }
            | Self::SendSecurityNotice { .. }
            | Self::SendDeletionNotice { .. } => Queue::MailUrgent,
            Self::SendWelcome { .. }
            | Self::SendExportReady { .. }
            | Self::SendPreRegistration { .. } => Queue::MailBulk,
            Self::ExportAccount { .. } | Self::DeleteAccount { .. } | Self::DeleteAvatar { .. } => {
                Queue::Work
            }
        }
    }

    /// How long the first retry waits; each later one waits twice as long as the one before.
    pub fn retry_base(&self) -> SignedDuration {
        match self {
            // A code lives ten minutes: three retries must fit into them.
            Self::SendOneTimeCode { .. } => SignedDuration::from_secs(30),
            _ => SignedDuration::from_secs(60),
        }
    }
}

impl Queue {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MailUrgent => "mail-urgent",
            Self::MailBulk => "mail-bulk",
            Self::Work => "work",
        }
    }
}
