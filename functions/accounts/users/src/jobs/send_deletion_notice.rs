use accounts::account::Users;
use accounts::jobs::SendDeletionNotice;
use accounts::link::{IssueOutcome, LinkToken, Links};
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use crate::mails::DeletionNotice;

/// Makes a link that keeps an account which is to be deleted, and mails it to its owner.
pub(crate) async fn send_deletion_notice(
    context: Context,
    task: Assigned<SendDeletionNotice>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let user_id = task.input.user_id;
    let Some(user) = Users(app.store()).lookup(user_id).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let links = Links(app.store());
    let IssueOutcome::Issued(ends_at) = links.issue_cancellation(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("the account is kept"));
    };
    let mail = DeletionNotice {
        addressee: &Addressee::new(&user.email, &user.first_name),
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&app.section::<Brand>())))
}
