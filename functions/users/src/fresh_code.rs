//! A one-time code, where it proves more than a log-in.

use api::{Answer, App, CodeAnswer, Fields, INVALID_CODE, check_code};
use domain::code::OneTimeCode;
use domain::user::User;

/// The hash of the account's one-time code, if the one given is right and in time; else [`INVALID_CODE`].
pub(crate) async fn check(app: &App, user: &User, code: &str) -> Answer<String> {
    let code = OneTimeCode::parse(code)
        .ok_or_else(|| Fields::error("code", "Enter the six digits of the code."))?;
    match check_code(app, &user.email, &code).await? {
        CodeAnswer::Right(hash) => Ok(hash),
        CodeAnswer::Late | CodeAnswer::Wrong => Err(INVALID_CODE.into()),
    }
}
