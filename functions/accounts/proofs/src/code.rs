//! One-time codes that were mailed.

use accounts::code::{Codes, OneTimeCode};
use accounts::login::SeenDevice;
use accounts::secrets;
use api::{Answer, Limiter};
use cloud::App;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::limit::MOST_TRIES;

/// The count of wrong codes of a device that the account knows, once others have guessed too often.
const TRIES: &str = "code";

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

/// Who tries a code.
#[derive(Clone, Copy)]
pub enum Guesser<'a> {
    /// Somebody at the door of an account, or of none. Of their guesses [`MOST_TRIES`] in a row are looked at, over all codes of
    /// the address; but a device that the account has logged in from counts its own, so that nobody elsewhere can keep the
    /// owner out by guessing.
    AtDoor(&'a Limiter, UserId, &'a SeenDevice),
    /// The owner, who is logged in and has a limit of their own.
    Inside,
}

/// Judges a one-time code of an address. Takes a try first, compares after.
pub async fn check_code(
    app: &App,
    guesser: Guesser<'_>,
    email: &EmailAddress,
    code: &OneTimeCode,
) -> Answer<CodeAnswer> {
    let pepper = secrets::pepper(app).await?;
    let Some(tried) = Codes(app.store()).take_try(email, app.now()).await? else {
        return Ok(CodeAnswer::Wrong);
    };
    if tried.guesses > MOST_TRIES && !may_go_on(guesser).await? {
        return Ok(CodeAnswer::Wrong);
    }
    if !pepper.matches(email, code, &tried.hash) {
        return Ok(CodeAnswer::Wrong);
    }
    Ok(if app.now() < tried.expires_at {
        CodeAnswer::Right(tried.hash)
    } else {
        CodeAnswer::Late
    })
}

/// Whether a guess is looked at after too many of them.
async fn may_go_on(guesser: Guesser<'_>) -> Answer<bool> {
    let Guesser::AtDoor(limiter, id, device) = guesser else {
        return Ok(true);
    };
    let Some(known) = device.known() else {
        return Ok(false);
    };
    limiter.try_of(TRIES, &format!("user/{id}/{known}")).await?;
    Ok(true)
}
