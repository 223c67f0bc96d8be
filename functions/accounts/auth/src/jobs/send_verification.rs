use accounts::account::Users;
use accounts::jobs::SendVerification;
use accounts::link::{IssueOutcome, LinkToken};
use accounts::verification::Verifications;
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use crate::mails::Verification;

/// Makes a verification link and mails it to whoever asked for it.
pub(crate) async fn send_verification(
    context: Context,
    task: Assigned<SendVerification>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let Some(user) = Users(app.store()).find_recipient(&task.input.0).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let links = Verifications(app.store());
    let IssueOutcome::Issued(ends_at) = links.issue(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("the address is verified"));
    };
    let mail = Verification {
        addressee: &Addressee::new(&user.email, &user.first_name, user.locale()),
        registered_at: user.created_at,
        token: &token,
        ends_at,
        now,
    };
    let mail = mail.render(&app.section::<Brand>()).for_anybody();
    Ok(Prepared::Mail(mail))
}
