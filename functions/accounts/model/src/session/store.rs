use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::id::{SessionId, UserId};
use kernel::task::Task;
use serde::{Deserialize, Serialize};
use store::condition::{Condition, absent, equals, exists};
use store::update::{Changed, Update};
use store::value::{millis, seconds};
use store::writes::check;
use store::{Committed, Store, StoreError, Tasks, Transaction, Write};
use store::{from_item, lookup};

use crate::account;
use crate::account::conditions::is_still_open;
use crate::login::DeviceId;
use crate::session::keys;
use crate::session::{GRACE, Revocation, Session};

/// The condition on a session that it was not ended by itself.
pub(crate) fn is_not_revoked() -> Condition {
    exists("pk").and(absent("revoked_at"))
}

/// The storage of sessions.
pub struct Sessions<'a>(pub &'a Store);

#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    id: SessionId,
    user_id: UserId,
    generation: u32,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    kept_at: Option<Timestamp>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    proved_at: Option<Timestamp>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    rotated_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    revoked_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    revoked_client: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    revoked_agent: String,
    client: String,
    agent: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device_id: Option<DeviceId>,
    ttl: i64,
}

impl From<Record> for Session {
    fn from(record: Record) -> Self {
        let (client, agent) = (record.revoked_client, record.revoked_agent);
        Self {
            id: record.id,
            user_id: record.user_id,
            generation: record.generation,
            created_at: record.created_at,
            kept_at: record.kept_at,
            proved_at: record.proved_at,
            rotated_at: record.rotated_at,
            expires_at: record.expires_at,
            revocation: record.revoked_at.map(|at| Revocation { at, client, agent }),
            client: record.client,
            agent: record.agent,
            name: record.name,
            device_id: record.device_id,
        }
    }
}

impl Sessions<'_> {
    /// The session with this id.
    pub async fn lookup(
        &self,
        user_id: UserId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        let key = keys::session(user_id, id);
        let record: Option<Record> =
            lookup(self.0, self.0.table(IDENTITY), key, "look a session up").await?;
        Ok(record.map(Session::from))
    }

    /// Moves a session to its next refresh token. `None` if another call did so first, or the session is over.
    pub async fn rotate(
        &self,
        session: &Session,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let attempt = "rotate a refresh token";
        let key = keys::session(session.user_id, session.id);
        let rotate = Update::of(self.0.table(IDENTITY), key)
            .set("generation", session.generation + 1)
            .set("rotated_at", millis(now))
            .set("expires_at", millis(expires_at))
            .set("ttl", seconds(expires_at + GRACE))
            .when(equals("generation", session.generation).and(absent("revoked_at")));
        match rotate.apply(self.0, attempt).await? {
            Changed::Now(item) => Ok(Some(from_item::<Record>(item, attempt)?.into())),
            Changed::Not(_) => Ok(None),
        }
    }

    /// The check that nobody has ended a session since it was looked at, for the transaction of what is done on its word. The
    /// account has to be asked as well, since it ends all of them without touching one: by [`is_still_open`] where it is
    /// changed, otherwise by [`Self::account_still_open`].
    pub(crate) fn still_open(&self, session: &Session) -> Write {
        let key = keys::session(session.user_id, session.id);
        check(self.0.table(IDENTITY), key, is_not_revoked())
    }

    /// The check that a session's account [`is_still_open`], for a transaction that does not change the account.
    pub(crate) fn account_still_open(&self, session: &Session) -> Write {
        let key = account::keys::user(session.user_id);
        check(self.0.table(IDENTITY), key, is_still_open(session))
    }

    /// Ends a session because an old refresh token of it came back, with the task that tells its owner. Of many at once
    /// exactly one gets true, so the owner gets one mail.
    pub async fn end_for_reuse(
        &self,
        session: &Session,
        notice: &Task,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let committed = Transaction::new("end a session for token reuse")
            .with(
                "session",
                self.revocation(session.user_id, session.id, audit),
            )
            .with("task", Tasks(self.0).write(notice))
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }
}

impl Record {
    /// The record of a session that begins.
    pub(crate) fn new(session: &Session) -> Self {
        Self {
            id: session.id,
            user_id: session.user_id,
            generation: session.generation,
            created_at: session.created_at,
            kept_at: session.kept_at,
            proved_at: session.proved_at,
            rotated_at: session.rotated_at,
            expires_at: session.expires_at,
            revoked_at: None,
            revoked_client: String::new(),
            revoked_agent: String::new(),
            client: session.client.clone(),
            agent: session.agent.clone(),
            name: session.name.clone(),
            device_id: session.device_id.clone(),
            ttl: (session.expires_at + GRACE).as_second(),
        }
    }
}
