//! One-time codes that were mailed.

use cloud::App;
use domain::code::OneTimeCode;
use domain::email::EmailAddress;

use crate::Answer;

/// What a one-time code is worth.
#[derive(Debug)]
pub enum CodeAnswer {
    /// It is right and in time. Its stored hash, which the transaction of what it is for has to spend.
    Right(String),
    /// It is right, and too old. Only who has the right code may learn that.
    Late,
    /// It is another one, or there is none, or its tries are used up.
    Wrong,
}

/// Judges a one-time code of an address. Takes a try first, compares after.
pub async fn check_code(app: &App, email: &EmailAddress, code: &OneTimeCode) -> Answer<CodeAnswer> {
    let pepper = app.pepper().await?;
    let tried = app.store().codes().take_try(email).await?;
    let right = tried.filter(|tried| pepper.matches(email, code, &tried.hash));
    Ok(match right {
        Some(tried) if app.now() < tried.expires_at => CodeAnswer::Right(tried.hash),
        Some(_) => CodeAnswer::Late,
        None => CodeAnswer::Wrong,
    })
}
