use accounts::jobs::SendWelcome;
use accounts::link::{Link, LinkToken, Links, Undo};
use mail::{Brand, Prepared};
use work::{Assigned, Context, Failure};

use super::owner::{addressee_at, owner};
use crate::mails::Welcome;

/// Greets a new member, with a link that says it was not them. Whoever verified the address need not be who registered with
/// it and chose the password: that may have been somebody who waits for the account to be opened.
pub(crate) async fn send_welcome(
    context: Context,
    task: Assigned<SendWelcome>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let (user_id, at) = (task.input.user_id, task.created_at);
    let user = match owner(app, user_id, at).await? {
        Ok(user) => user,
        Err(reason) => return Ok(Prepared::Nothing(reason)),
    };
    let to = addressee_at(app, &user, at).await?;

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let link = Link::not_me(user_id, &to.email, Undo::Password, at, now);
    Links(app.store()).add(&link, &token).await?;
    let mail = Welcome {
        addressee: &to,
        token: &token,
        ends_at: link.expires_at,
        now,
    };
    let mail = mail.render(&app.section::<Brand>()).for_anybody();
    Ok(Prepared::Mail(mail))
}
