use cloud::App;
use domain::id::UserId;
use domain::password::{PasswordHash, check_given};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Answer;
use crate::error::ApiError;
use crate::limiter::Limiter;

/// The count of wrong current passwords. Not that of log-ins: whoever guesses at the door must not keep the owner, who is
/// inside, from changing the password.
const PROOF: &str = "current-password";

/// Has a caller show again that the account is theirs, by its password, before something that a stolen access token must
/// not be enough for. A try is taken before the password is looked at.
pub async fn check_password(
    app: &App,
    limiter: &Limiter,
    user_id: UserId,
    password: &SecretString,
) -> Answer<()> {
    let (password, subject) = (password.expose_secret(), user_id.to_string());
    let wrong = || ApiError::refused("wrong_password", "The password is not right.");
    // What cannot be anybody's password takes no try.
    check_given(password).map_err(|_| wrong())?;
    limiter.try_of(PROOF, &subject).await?;

    let stored = app.store().passwords().stored(user_id).await?;
    let hash = stored.map_or_else(PasswordHash::dummy, PasswordHash::from_stored);
    if !hash.verify(password) {
        return Err(wrong());
    }
    limiter.forgive(PROOF, &subject).await
}
