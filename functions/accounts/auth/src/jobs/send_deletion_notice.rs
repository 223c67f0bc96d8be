use accounts::account::{User, Users};
use accounts::jobs::SendDeletionNotice;
use accounts::link::{IssueOutcome, LinkToken, Links};
use cloud::App;
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use crate::mails::DeletionNotice;

/// Mails the link that keeps an account which is to be deleted to its owner.
pub(crate) async fn send_deletion_notice(
    context: Context,
    task: Assigned<SendDeletionNotice>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    match Users(app.store()).lookup(task.input.user_id).await? {
        Some(user) => deletion_notice(app, &user).await,
        None => Ok(Prepared::NO_ACCOUNT),
    }
}

/// Makes a link that keeps an account which is to be deleted, in place of every earlier one, and the mail with it. Whoever
/// asks to be let in to such an account gets it, too, in place of a code or of a link to choose a password: nobody can log
/// in before it is kept.
pub(super) async fn deletion_notice(app: &App, user: &User) -> Result<Prepared, Failure> {
    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let links = Links(app.store());
    let IssueOutcome::Issued(ends_at) = links.issue_cancellation(user, &token, now).await? else {
        return Ok(Prepared::Nothing(
            "the account is kept, or its deletion has begun",
        ));
    };
    let mail = DeletionNotice {
        addressee: &Addressee::new(&user.email, &user.first_name, user.locale()),
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&app.section::<Brand>())))
}
