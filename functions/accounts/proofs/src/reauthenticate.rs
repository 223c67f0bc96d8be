use accounts::password::{PasswordHash, Passwords, check_given};
use api::{Answer, ErrorCode, Limiter};
use cloud::App;
use kernel::id::UserId;
use secrecy::{ExposeSecret as _, SecretString};

/// The count of wrong current passwords. Not that of log-ins: whoever guesses at the door must not keep the owner, who is
/// inside, from changing the password.
const PROOF: &str = "current-password";

/// 403: the password that was asked for again is another one.
pub const WRONG_PASSWORD: ErrorCode =
    ErrorCode::refused("wrong_password", "The password is not right.")
        .when("the password that was asked for again is wrong or missing");

/// Has a caller show again that the account is theirs, by its password, before something that a stolen access token must
/// not be enough for: else [`WRONG_PASSWORD`]. A try is taken before the password is looked at.
pub async fn check_password(
    app: &App,
    limiter: &Limiter,
    user_id: UserId,
    password: &SecretString,
) -> Answer<()> {
    let (password, subject) = (password.expose_secret(), user_id.to_string());
    // What cannot be anybody's password takes no try.
    check_given(password).map_err(|_| WRONG_PASSWORD)?;
    limiter.try_of(PROOF, &subject).await?;

    let stored = Passwords(app.store()).stored(user_id).await?;
    let hash = stored.map_or_else(PasswordHash::dummy, PasswordHash::from_stored);
    if !hash.verify(password) {
        return Err(WRONG_PASSWORD.into());
    }
    limiter.forgive(PROOF, &subject).await
}
