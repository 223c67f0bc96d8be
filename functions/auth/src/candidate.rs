//! The account that a log-in with a password names, if there is one.
//!
//! Neither answer nor time may tell whether there is: so all the work that is done for an account is done for none as well.
//! The exception is a hash moved from Django, until the account's first log-in: it takes a time of its own.

use api::{Answer, App, RequestInfo};
use domain::device::Device;
use domain::id::UserId;
use domain::login::Login;
use domain::password::PasswordHash;
use domain::user::User;

pub(crate) struct Candidate {
    login: Login,
    /// The account's id; where there is none, one that nobody has.
    id: UserId,
    account: Option<(User, PasswordHash)>,
}

impl Candidate {
    pub(crate) async fn find(app: &App, login: Login) -> Answer<Self> {
        let users = app.store().users();
        let owner = match &login {
            Login::Email(email) => users.find_id_by_email(email).await?,
            Login::Username(username) => users.find_id_by_username(username).await?,
            Login::Nobody(_) => None,
        };
        let id = owner.unwrap_or_else(|| UserId::new(app.now(), &mut app.random()));
        let account = app.store().passwords().lookup_with_user(id).await?;
        Ok(Self { login, id, account })
    }

    /// Reads the account again: something about it changed while its password was checked.
    pub(crate) async fn look_again(&mut self, app: &App) -> Answer<()> {
        self.account = app.store().passwords().lookup_with_user(self.id).await?;
        Ok(())
    }

    /// Whose wrong passwords are counted together: those for one account, however it is named. A device that it has logged
    /// in from counts its own, so that nobody elsewhere can keep the owner out by guessing.
    pub(crate) async fn subject(&self, app: &App, info: &RequestInfo) -> Answer<String> {
        let (id, device) = (self.id, Device::of(&info.origin()));
        let logins = app.store().logins();
        let is_known = logins.knows_device(id, &device, app.now()).await?;
        Ok(match &self.account {
            Some(_) if is_known => format!("user/{id}/{}", device.digest()),
            Some(_) => format!("user/{id}"),
            None => format!("login/{}", self.login.folded()),
        })
    }

    /// The account, if this is its password and nothing keeps it locked.
    pub(crate) fn open(&self, password: &str) -> Option<(&User, &PasswordHash)> {
        let Some((user, hash)) = &self.account else {
            PasswordHash::dummy().verify(password);
            return None;
        };
        let is_right = hash.verify(password);
        (is_right && !user.is_closed()).then_some((user, hash))
    }
}
