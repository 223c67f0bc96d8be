//! Whether the calls of a session are answered: the one rule, for the thin caller and for the whole account.

use jiff::Timestamp;

/// What of an account decides.
#[derive(Debug, Clone, Copy)]
pub struct AccountStanding {
    /// Its owner has shown that the e-mail address is theirs.
    pub email_verified: bool,
    /// Whether an administrator has locked the account.
    pub disabled: bool,
    /// Whether the owner has asked for the deletion of the account.
    pub is_to_be_deleted: bool,
    /// Sessions begun before this moment are over.
    pub sessions_valid_from: Timestamp,
}

/// What of a session decides.
#[derive(Debug, Clone, Copy)]
pub struct SessionLife {
    /// The moment at which the session began.
    pub created_at: Timestamp,
    /// The moment at which all other sessions of the account were ended and this one was kept.
    pub kept_at: Option<Timestamp>,
    /// The moment at which the session's newest refresh token expires.
    pub expires_at: Timestamp,
    /// Whether the session was ended before its time.
    pub is_revoked: bool,
}

impl AccountStanding {
    /// Whether the account is open to its owner: its address is verified, and it is not closed.
    pub fn is_active(&self) -> bool {
        self.email_verified && !self.is_closed()
    }

    /// Whether an administrator has locked it, or it is about to be deleted.
    pub fn is_closed(&self) -> bool {
        self.disabled || self.is_to_be_deleted
    }

    /// Whether the calls of a session of the account are answered: the session goes on, and the account may log in.
    pub fn lets_in(&self, session: &SessionLife, now: Timestamp) -> bool {
        self.is_active() && session.is_live(now, self.sessions_valid_from)
    }
}

impl SessionLife {
    /// Whether the session still goes on, where the account's sessions are valid from this moment.
    pub fn is_live(&self, now: Timestamp, sessions_valid_from: Timestamp) -> bool {
        !self.is_revoked && now < self.expires_at && self.valid_at() >= sessions_valid_from
    }

    /// The moment that decides whether the session is among those that its account has ended: sessions of before the
    /// account's `sessions_valid_from` are over.
    pub fn valid_at(&self) -> Timestamp {
        self.kept_at.unwrap_or(self.created_at)
    }
}
