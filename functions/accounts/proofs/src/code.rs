//! One-time codes that were mailed.

use accounts::code::{Codes, OneTimeCode};
use accounts::secrets;
use api::Answer;
use cloud::App;
use kernel::email::EmailAddress;

/// What a one-time code is worth.
#[derive(Debug)]
pub enum CodeAnswer {
    /// The code is right and in time. The stored hash of it is here, and the transaction of what it is for has to spend it.
    Right(String),
    /// The code is right, and has expired. Only who has the right code may learn that.
    Late,
    /// It is another one, or there is none, or its tries are used up.
    Wrong,
}

/// Judges a one-time code of an address. Takes a try first, compares after.
pub async fn check_code(app: &App, email: &EmailAddress, code: &OneTimeCode) -> Answer<CodeAnswer> {
    let pepper = secrets::pepper(app).await?;
    let tried = Codes(app.store()).take_try(email).await?;
    let right = tried.filter(|tried| pepper.matches(email, code, &tried.hash));
    Ok(match right {
        Some(tried) if app.now() < tried.expires_at => CodeAnswer::Right(tried.hash),
        Some(_) => CodeAnswer::Late,
        None => CodeAnswer::Wrong,
    })
}
