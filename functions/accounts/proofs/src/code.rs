//! One-time codes that were mailed.

use accounts::account::Users;
use accounts::code::{Codes, OneTimeCode};
use accounts::login::Logins;
use accounts::secrets;
use accounts::session::device::Device;
use api::{Answer, Limiter, RequestInfo};
use cloud::App;
use kernel::email::EmailAddress;
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
    /// Somebody at the door. Of their guesses [`MOST_TRIES`] in a row are looked at, over all codes of the address; but a device
    /// that the account has logged in from counts its own, so that nobody elsewhere can keep the owner out by guessing.
    AtDoor(&'a RequestInfo, &'a Limiter),
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
    if tried.guesses > MOST_TRIES && !may_go_on(app, guesser, email).await? {
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
async fn may_go_on(app: &App, guesser: Guesser<'_>, email: &EmailAddress) -> Answer<bool> {
    let Guesser::AtDoor(info, limiter) = guesser else {
        return Ok(true);
    };
    let Some(id) = Users(app.store()).find_id_by_email(email).await? else {
        return Ok(false);
    };
    let device = Device::of(&info.origin());
    let logins = Logins(app.store());
    if !logins.knows_device(id, &device, app.now()).await? {
        return Ok(false);
    }
    let subject = format!("user/{id}/{}", device.digest());
    limiter.try_of(TRIES, &subject).await?;
    Ok(true)
}
