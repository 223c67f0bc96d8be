//! Whom a link goes to that takes something back.

use accounts::account::{User, Users};
use accounts::email_change::EmailChanges;
use accounts::link::RESERVATION;
use cloud::App;
use jiff::Timestamp;
use kernel::id::UserId;
use mail::{Addressee, NO_ACCOUNT};
use work::Failure;

/// The account that something happened to at a moment, or why nobody is told of it: a link that takes something back goes to
/// whose the account was then, and after the reservation of former addresses nobody knows who that was.
pub(super) async fn owner(
    app: &App,
    user_id: UserId,
    at: Timestamp,
) -> Result<Result<User, &'static str>, Failure> {
    if app.now() >= at + RESERVATION {
        return Ok(Err("it is too long ago to know whom to tell"));
    }
    let user = Users(app.store()).lookup(user_id).await?;
    Ok(user.ok_or(NO_ACCOUNT))
}

/// Finds who had the account at a moment. Whoever did something then may have changed the address before the mail went out:
/// it is the owner of that moment who must hear. Asked after the account was read, so that a change between the two is
/// seen.
pub(super) async fn addressee_at(
    app: &App,
    user: &User,
    at: Timestamp,
) -> Result<Addressee, Failure> {
    let former = EmailChanges(app.store()).former_at(user.id, at).await?;
    let email = former.as_ref().unwrap_or(&user.email);
    Ok(Addressee::new(email, &user.first_name, user.locale()))
}
