//! A one-time code, where it proves more than a log-in.

use accounts::account::User;
use accounts::code::OneTimeCode;
use api::{Answer, App, Fields};
use proofs::{CodeAnswer, Guesser, INVALID_CODE, check_code};
use secrecy::{ExposeSecret as _, SecretString};

/// The hash of the account's one-time code, if the one given is right and in time; otherwise [`INVALID_CODE`].
pub(crate) async fn check(app: &App, user: &User, code: &SecretString) -> Answer<String> {
    let code = OneTimeCode::parse(code.expose_secret())
        .ok_or_else(|| Fields::error("code", "Enter the six digits of the code."))?;
    match check_code(app, Guesser::Inside, &user.email, &code).await? {
        CodeAnswer::Right(hash) => Ok(hash),
        CodeAnswer::Late | CodeAnswer::Wrong => Err(INVALID_CODE.into()),
    }
}
