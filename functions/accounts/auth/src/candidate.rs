//! The account that a log-in with a password names, if there is one.
//!
//! Neither answer nor time may tell whether there is: so all the work that is done for an account is done for none as well.
//! The exception is a hash moved from Django, until the account's first log-in: it takes a time of its own.

use accounts::account::{User, Users};
use accounts::login::{Arrival, DeviceClaim, LoginName, Logins, SeenDevice};
use accounts::password::PasswordHash;
use api::{Answer, App};
use jiff::Timestamp;
use kernel::id::UserId;

pub(crate) struct Candidate {
    login: LoginName,
    /// The account's id; where there is none, one that nobody has.
    id: UserId,
    arrival: Arrival,
}

/// The id of the account that is named, if there is one.
pub(crate) async fn find_owner(app: &App, login: &LoginName) -> Answer<Option<UserId>> {
    let users = Users(app.store());
    Ok(match login {
        LoginName::Email(email) => users.find_id_by_email(email).await?,
        LoginName::Username(username) => users.find_id_by_username(username).await?,
        LoginName::Nobody(_) => None,
    })
}

/// The id of whoever a name is of; where that is nobody, one that nobody has, so that the same is read for it.
pub(crate) fn id_or_nobodys(app: &App, owner: Option<UserId>) -> UserId {
    owner.unwrap_or_else(|| UserId::new(app.now(), &mut app.random()))
}

impl Candidate {
    pub(crate) async fn look_up(
        app: &App,
        device: DeviceClaim,
        login: LoginName,
        owner: Option<UserId>,
    ) -> Answer<Self> {
        let id = id_or_nobodys(app, owner);
        let arrival = arrive(app, id, device).await?;
        Ok(Self { login, id, arrival })
    }

    /// Reads the account again: something about it changed while its password was checked.
    pub(crate) async fn look_again(&mut self, app: &App) -> Answer<()> {
        let device = self.arrival.device.claim().clone();
        self.arrival = arrive(app, self.id, device).await?;
        Ok(())
    }

    /// The device that the log-in comes from.
    pub(crate) fn device(&self) -> &SeenDevice {
        &self.arrival.device
    }

    /// The subject whose wrong passwords are counted together: those for one account, however it is named. A device that it
    /// has logged in from counts its own, so that nobody elsewhere can keep the owner out by guessing.
    pub(crate) fn subject(&self) -> String {
        let id = self.id;
        match (&self.arrival.account, self.arrival.device.known()) {
            (Some(_), Some(known)) => format!("user/{id}/{known}"),
            (Some(_), None) => format!("user/{id}"),
            (None, _) => format!("login/{}", self.login.folded()),
        }
    }

    /// The account, if this is its password and it is not closed, or can still be kept.
    pub(crate) fn open(&self, password: &str, now: Timestamp) -> Option<(&User, &PasswordHash)> {
        let Some((user, hash)) = &self.arrival.account else {
            PasswordHash::dummy().verify(password);
            return None;
        };
        let is_right = hash.verify(password);
        let is_open = !user.is_closed() || user.can_be_kept(now);
        (is_right && is_open).then_some((user, hash))
    }
}

async fn arrive(app: &App, id: UserId, device: DeviceClaim) -> Answer<Arrival> {
    Ok(Logins(app.store()).arrive(id, device, app.now()).await?)
}
