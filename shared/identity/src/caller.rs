use cloud::App;
use jiff::Timestamp;
use kernel::id::{SessionId, UserId};
use kernel::role::Role;
use serde::de::DeserializeOwned;
use store::{Item, Store, StoreError, from_item, get_each};

use crate::items::{self, AccountItem, GrantItem, IDENTITY, SessionItem};
use crate::keys::KeyError;
use crate::proof::FRESH_PROOF;
use crate::tokens::{AccessClaims, InvalidToken, Tokens};

/// What of an account and its session a call is answered for. An area that needs more of the caller reads it of the same two
/// items.
pub trait FromItems: Sized + Send {
    /// Reads the caller from the two items. The items are those of a session that lets its account in.
    fn from_items(found: Identified) -> Result<Self, StoreError>;
}

/// The account that calls, as it is now: as much of it as most calls need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The account that calls.
    pub user_id: UserId,
    /// The session that the token belongs to.
    pub session_id: SessionId,
}

/// A caller with what their account may do.
#[derive(Debug, Clone, Copy)]
pub struct RoleOfCaller {
    /// The caller of the request.
    pub caller: Caller,
    /// The role that the account has now.
    pub role: Role,
    /// The moment at which somebody last proved in the session to be the owner of the account.
    pub proved_at: Timestamp,
}

/// A caller with the two items that say who it is.
pub struct Identified {
    /// The caller of the request.
    pub caller: Caller,
    account: Item,
    session: Item,
}

/// What is attempted when a caller is looked up, for errors.
const ATTEMPT: &str = "look a session up";

impl RoleOfCaller {
    /// Whether the newest proof of the session is no older than [`FRESH_PROOF`].
    pub fn has_fresh_proof(&self, now: Timestamp) -> bool {
        now.duration_since(self.proved_at) < FRESH_PROOF
    }
}

impl Identified {
    /// The account and the session, each as its record.
    pub fn records<A: DeserializeOwned, S: DeserializeOwned>(self) -> Result<(A, S), StoreError> {
        Ok((
            from_item(self.account, ATTEMPT)?,
            from_item(self.session, ATTEMPT)?,
        ))
    }
}

impl FromItems for Caller {
    fn from_items(found: Identified) -> Result<Self, StoreError> {
        Ok(found.caller)
    }
}

/// The reason why a call is not answered for anybody.
#[derive(Debug, thiserror::Error)]
pub enum NotIdentified {
    /// The token is no good, or its session or account no longer lets anybody in.
    #[error("the token is not that of a live session")]
    Refused,
    /// The token could not be checked, for want of the keys.
    #[error("the token could not be checked")]
    Keys(#[source] KeyError),
    /// The session could not be looked up.
    #[error("the session could not be looked up")]
    Store(#[from] StoreError),
}

/// Finds who calls with an access token.
///
/// Costs one strongly consistent round trip, so a log-out, a revocation or a disabled account is seen by the very next call.
pub async fn identify(app: &App, access_token: &str) -> Result<Identified, NotIdentified> {
    let claims = check(app, access_token).await?;
    let found = look_up(app.store(), claims.sub, claims.sid).await?;
    let (account, session) = found.ok_or(NotIdentified::Refused)?;
    let of_session: SessionItem = from_item(session.clone(), ATTEMPT)?;
    let (caller, _) = admit(app, &claims, account.clone(), &of_session)?;
    Ok(Identified {
        caller,
        account,
        session,
    })
}

/// Finds who calls with an access token, and what that account may do. The grant is read with the account and the session, in
/// the same round trip: a changed role is seen by the very next call, too.
pub async fn identify_with_role(
    app: &App,
    access_token: &str,
) -> Result<RoleOfCaller, NotIdentified> {
    let claims = check(app, access_token).await?;
    let keys = [
        items::user(claims.sub),
        items::session(claims.sub, claims.sid),
        items::grant(claims.sub),
    ];
    let [account, session, grant] = get_each(app.store(), IDENTITY, keys, ATTEMPT).await?;
    let (account, session) = account.zip(session).ok_or(NotIdentified::Refused)?;
    let of_session: SessionItem = from_item(session, ATTEMPT)?;
    let (caller, of_account) = admit(app, &claims, account, &of_session)?;
    let grant = grant.map(|grant| from_item::<GrantItem>(grant, ATTEMPT));
    Ok(RoleOfCaller {
        caller,
        role: of_account.role(grant.transpose()?.as_ref()),
        proved_at: of_session.newest_proof(),
    })
}

async fn check(app: &App, access_token: &str) -> Result<AccessClaims, NotIdentified> {
    let checked = Tokens(app).check_access(access_token).await;
    checked.map_err(|error| match error {
        InvalidToken::Refused(_) => NotIdentified::Refused,
        InvalidToken::Unchecked(error) => NotIdentified::Keys(error),
    })
}

/// The caller of a token, if its account and its session still let it in.
fn admit(
    app: &App,
    claims: &AccessClaims,
    account: Item,
    session: &SessionItem,
) -> Result<(Caller, AccountItem), NotIdentified> {
    let account: AccountItem = from_item(account, ATTEMPT)?;
    if !account.standing().lets_in(&session.life(), app.now()) {
        return Err(NotIdentified::Refused);
    }
    let caller = Caller {
        user_id: claims.sub,
        session_id: claims.sid,
    };
    Ok((caller, account))
}

/// The items of an account and of one of its sessions, in one strongly consistent round trip: what ends either is seen by
/// the next call.
pub async fn look_up(
    store: &Store,
    user_id: UserId,
    session_id: SessionId,
) -> Result<Option<(Item, Item)>, StoreError> {
    let keys = [items::user(user_id), items::session(user_id, session_id)];
    let [account, session] = get_each(store, IDENTITY, keys, ATTEMPT).await?;
    Ok(account.zip(session))
}
