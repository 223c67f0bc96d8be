use accounts::account::Users;
use accounts::jobs::SendPasswordReset;
use accounts::link::{IssueOutcome, LinkToken};
use accounts::password::Passwords;
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use super::send_deletion_notice::deletion_notice;
use crate::mails::PasswordReset;

/// Makes a link to choose a new password and mails it to whoever asked for it. The owner of an account that is to be deleted
/// gets the link that keeps it.
pub(crate) async fn send_password_reset(
    context: Context,
    task: Assigned<SendPasswordReset>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let Some(user) = Users(app.store()).find_recipient(&task.input.0).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };

    let now = app.now();
    if user.can_be_kept(now) {
        return deletion_notice(app, &user).await;
    }
    let token = LinkToken::generate(&mut app.random());
    let passwords = Passwords(app.store());
    let IssueOutcome::Issued(ends_at) = passwords.issue_reset(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("the account may not log in"));
    };
    let mail = PasswordReset {
        addressee: &Addressee::new(&user.email, &user.first_name, user.locale()),
        token: &token,
        ends_at,
        now,
    };
    let mail = mail.render(&app.section::<Brand>()).for_anybody();
    Ok(Prepared::Mail(mail))
}
