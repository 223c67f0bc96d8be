//! The account that a log-in with a password names, if there is one.
//!
//! Neither answer nor time may tell whether there is: so all the work that is done for an account is done for none as well.
//! The exception is a hash moved from Django, until the account's first log-in: it takes a time of its own.

use accounts::account::{User, Users};
use accounts::login::{LoginName, Logins};
use accounts::password::{PasswordHash, Passwords};
use accounts::session::device::Device;
use api::{Answer, App, RequestInfo};
use jiff::Timestamp;
use kernel::id::UserId;

pub(crate) struct Candidate {
    login: LoginName,
    /// The account's id; where there is none, one that nobody has.
    id: UserId,
    account: Option<(User, PasswordHash)>,
}

impl Candidate {
    pub(crate) async fn find(app: &App, login: LoginName) -> Answer<Self> {
        let users = Users(app.store());
        let owner = match &login {
            LoginName::Email(email) => users.find_id_by_email(email).await?,
            LoginName::Username(username) => users.find_id_by_username(username).await?,
            LoginName::Nobody(_) => None,
        };
        let id = owner.unwrap_or_else(|| UserId::new(app.now(), &mut app.random()));
        let account = Passwords(app.store()).lookup_with_user(id).await?;
        Ok(Self { login, id, account })
    }

    /// Reads the account again: something about it changed while its password was checked.
    pub(crate) async fn look_again(&mut self, app: &App) -> Answer<()> {
        self.account = Passwords(app.store()).lookup_with_user(self.id).await?;
        Ok(())
    }

    /// The subject whose wrong passwords are counted together: those for one account, however it is named. A device that it
    /// has logged in from counts its own, so that nobody elsewhere can keep the owner out by guessing.
    pub(crate) async fn subject(&self, app: &App, info: &RequestInfo) -> Answer<String> {
        let (id, device) = (self.id, Device::of(&info.origin()));
        let logins = Logins(app.store());
        let is_known = logins.knows_device(id, &device, app.now()).await?;
        Ok(match &self.account {
            Some(_) if is_known => format!("user/{id}/{}", device.digest()),
            Some(_) => format!("user/{id}"),
            None => format!("login/{}", self.login.folded()),
        })
    }

    /// The account, if this is its password and it is not closed, or can still be kept.
    pub(crate) fn open(&self, password: &str, now: Timestamp) -> Option<(&User, &PasswordHash)> {
        let Some((user, hash)) = &self.account else {
            PasswordHash::dummy().verify(password);
            return None;
        };
        let is_right = hash.verify(password);
        let is_open = !user.is_closed() || user.can_be_kept(now);
        (is_right && is_open).then_some((user, hash))
    }
}
