use identity::{FromItems, Identified};
use kernel::id::{SessionId, UserId};
use store::{Store, StoreError, from_item};

use crate::account::{User, record};
use crate::session::{self, Session};

/// The account that calls, whole, with its session: for the endpoints of accounts themselves. What most calls need of a caller
/// is in [`identity::Caller`], which is read of the same two items.
#[derive(Debug)]
pub struct Me {
    /// The account of the caller.
    pub user: User,
    /// The session that the token belongs to.
    pub session: Session,
}

impl FromItems for Me {
    fn from_items(found: Identified) -> Result<Self, StoreError> {
        let (user, session) = found.records::<record::Record, session::store::Record>()?;
        Ok(Self {
            user: user.into(),
            session: session.into(),
        })
    }
}

impl Me {
    /// An account and one of its sessions, in one strongly consistent round trip, whether or not the session goes on.
    pub async fn look_up(
        store: &Store,
        user_id: UserId,
        session_id: SessionId,
    ) -> Result<Option<Self>, StoreError> {
        let attempt = "look a session up";
        let Some((user, session)) = identity::look_up(store, user_id, session_id).await? else {
            return Ok(None);
        };
        let user: record::Record = from_item(user, attempt)?;
        let session: session::store::Record = from_item(session, attempt)?;
        Ok(Some(Self {
            user: user.into(),
            session: session.into(),
        }))
    }
}
