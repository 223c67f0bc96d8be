//! What an account's owner, or an administrator, does with its sessions.

use identity::{IDENTITY, SessionLife};
use jiff::Timestamp;
use kernel::audit::{self, Entry};
use kernel::id::{SessionId, UserId};
use kernel::task::Task;
use serde::Deserialize;
use store::update::Update;
use store::value::millis;
use store::{
    Attempts, Committed, Listing, Page, PageError, PageRequest, StoreError, Tasks, Transaction,
    Wanted, Write,
};

use crate::account::conditions::{no_later_proof, sessions_as_read};
use crate::account::{User, Users};
use crate::session::Sessions;
use crate::session::keys;
use crate::session::store::Record;
use crate::session::store::is_not_revoked;
use crate::session::{Session, SessionName};
use crate::{Me, account};

/// What of a session says whether it is going on.
#[derive(Deserialize)]
struct Facts {
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    kept_at: Option<Timestamp>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
    #[serde(
        rename = "revoked_at",
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    revocation: Option<Timestamp>,
}

impl Facts {
    const ATTRIBUTES: [&str; 4] = ["created_at", "kept_at", "expires_at", "revoked_at"];

    fn life(&self) -> SessionLife {
        SessionLife {
            created_at: self.created_at,
            kept_at: self.kept_at,
            expires_at: self.expires_at,
            is_revoked: self.revocation.is_some(),
        }
    }
}

impl Sessions<'_> {
    /// A part of an account's sessions that are going on, the newest first.
    pub async fn list(
        &self,
        user: &User,
        now: Timestamp,
        request: &PageRequest,
    ) -> Result<Page<Session>, PageError> {
        let sessions = Listing {
            store: self.0,
            table: self.0.table(IDENTITY),
            index: None,
            attributes: ("pk", "sk"),
            partitions: vec![account::keys::user(user.id).pk],
            range: (
                Some(keys::SESSIONS.to_owned()),
                // A tilde is after every character of an id.
                Some(format!("{}~", keys::SESSIONS)),
            ),
            attempt: "list the sessions of an account",
        };
        let live = Wanted::by(&Facts::ATTRIBUTES, sessions.attempt, |facts: Facts| {
            facts.life().is_live(now, user.sessions_valid_from)
        });
        let page = sessions.page_of(request, &live).await?;
        Ok(page.map(|record: Record| record.into()))
    }

    /// Ends a session of an account. False if there is none, or it was ended already.
    pub async fn revoke(
        &self,
        user_id: UserId,
        id: SessionId,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let committed = Transaction::new("end a session")
            .with("session", self.revocation(user_id, id, audit))
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Gives a session a name. False if there is none, or it was ended.
    pub async fn rename(
        &self,
        user_id: UserId,
        id: SessionId,
        name: &SessionName,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let rename = Update::of(self.0.table(IDENTITY), keys::session(user_id, id))
            .set("name", name.as_str())
            .when(is_not_revoked());
        let committed = Transaction::new("name a session")
            .with("session", rename.in_transaction())
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Ends all sessions of an account, or all but one: those that begin at this moment too, however many there are. Any
    /// number of functions sees it with the next call.
    ///
    /// Account and session are as they were read together. False if the account has gone, or the session that was to be kept is
    /// over itself: of two that end each other only one is kept. The entry says from when on sessions were valid before, and are now; `notice` tells the
    /// owner, where it is not they who did it.
    pub async fn end_all(
        &self,
        user: &User,
        keep: Option<&Session>,
        now: Timestamp,
        notice: Option<&Task>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let attempt = "end the sessions of an account";
        let user_id = user.id;
        let is_live =
            |user: &User, session: &Session| session.is_live(now, user.sessions_valid_from);
        let keeps_live_one = keep.is_none_or(|session| is_live(user, session));
        let mut as_read = keeps_live_one.then(|| user.clone());
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let Some(user) = as_read.take() else {
                return Ok(false);
            };

            let valid_from = user.end_of_sessions(now);
            let end = Update::of(self.0.table(IDENTITY), account::keys::user(user_id))
                .set("sessions_valid_from", millis(valid_from))
                // Somebody who ended them meanwhile may have ended the one that is to be kept.
                .when(sessions_as_read(&user).and(no_later_proof(valid_from)));
            let change = audit::Change {
                field: "sessions_valid_from".to_owned(),
                before: user.sessions_valid_from.to_string(),
                after: valid_from.to_string(),
            };
            let audit = audit.clone().with_changes(vec![change]);
            let mut transaction = Transaction::new(attempt).with("user", end.in_transaction());
            if let Some(session) = keep {
                let keep = self.keep(user_id, session.id, valid_from);
                transaction = transaction.with("session", keep);
            }
            if let Some(notice) = notice {
                transaction = transaction.with("task", Tasks(self.0).write(notice));
            }
            let committed = transaction.audited(&audit).commit(self.0).await?;
            if matches!(committed, Committed::Yes) {
                return Ok(true);
            }
            as_read = match keep {
                Some(session) => Me::look_up(self.0, user_id, session.id)
                    .await?
                    .filter(|me| is_live(&me.user, &me.session))
                    .map(|me| me.user),
                None => Users(self.0).lookup(user_id).await?,
            };
        }
        Err(StoreError::kept_changing(attempt))
    }

    /// The write that ends a session, on the condition that nobody has.
    pub(crate) fn revocation(&self, user_id: UserId, id: SessionId, audit: &Entry) -> Write {
        Update::of(self.0.table(IDENTITY), keys::session(user_id, id))
            .set("revoked_at", millis(audit.at))
            .set("revoked_client", &audit.origin.client)
            .set("revoked_agent", &audit.origin.agent)
            .when(is_not_revoked())
            .in_transaction()
    }

    /// The write that keeps a session where all others end: they are those of before `valid_from`, which the account is given
    /// in the same transaction.
    pub(crate) fn keep(&self, user_id: UserId, id: SessionId, valid_from: Timestamp) -> Write {
        Update::of(self.0.table(IDENTITY), keys::session(user_id, id))
            .set("kept_at", millis(valid_from))
            .when(is_not_revoked())
            .in_transaction()
    }
}
