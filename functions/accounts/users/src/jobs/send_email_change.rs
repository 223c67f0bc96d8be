use accounts::account::Users;
use accounts::email_change::EmailChanges;
use accounts::jobs::SendEmailChange;
use accounts::link::{IssueOutcome, LinkToken};
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use crate::mails::EmailChange;

/// Sends the link to the address that the account is to have. To nobody where somebody has it: whoever asks must not learn
/// that, and whoever has it has no use for the mail.
pub(crate) async fn send_email_change(
    context: Context,
    task: Assigned<SendEmailChange>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let user_id = task.input.user_id;
    let Some(user) = Users(app.store()).lookup(user_id).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };
    let Some(email) = user.pending_email.clone() else {
        return Ok(Prepared::Nothing("no other address is wanted any more"));
    };
    let changes = EmailChanges(app.store());
    if !changes.is_free(&email, user_id, app.now()).await? {
        return Ok(Prepared::Nothing("the address is not free"));
    }

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let IssueOutcome::Issued(ends_at) = changes.issue(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("no other address is wanted any more"));
    };
    let mail = EmailChange {
        addressee: &Addressee::new(&email, &user.first_name, user.locale()),
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&app.section::<Brand>())))
}
