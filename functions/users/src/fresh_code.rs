//! A one-time code, where it proves more than a log-in.

use api::{Answer, ApiError, App, Fields};
use domain::code::OneTimeCode;
use domain::user::User;

/// The hash of the account's one-time code, if the one given is right and in time. Takes a try first, compares after.
pub(crate) async fn check(app: &App, user: &User, code: &str) -> Answer<String> {
    let code = OneTimeCode::parse(code)
        .ok_or_else(|| Fields::error("code", "Enter the six digits of the code."))?;
    let pepper = app.pepper().await?;
    let tried = app.store().codes().take_try(&user.email).await?;
    tried
        .filter(|tried| pepper.matches(&user.email, &code, &tried.hash))
        .filter(|tried| app.now() < tried.expires_at)
        .map(|tried| tried.hash)
        .ok_or_else(wrong)
}

/// The one answer to codes that are wrong, spent or too old.
pub(crate) fn wrong() -> ApiError {
    ApiError::bad_request("invalid_code", "The code is not right.")
}
