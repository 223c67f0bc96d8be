use accounts::account::{User, Users};
use accounts::code::{Codes, OneTimeCode};
use accounts::jobs::SendOneTimeCode;
use accounts::secrets;
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use super::send_deletion_notice::deletion_notice;
use crate::mails::OneTimeCodeMail;

/// Makes the one-time code that was asked for and mails it, if the address has an account that may log in. One that is to be
/// deleted gets the link that keeps it.
pub(crate) async fn send_one_time_code(
    context: Context,
    task: Assigned<SendOneTimeCode>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let email = &task.input.email;
    let now = app.now();
    let user = Users(app.store()).find_by_email(email).await?;
    if let Some(leaving) = user.as_ref().filter(|user| user.can_be_kept(now)) {
        return deletion_notice(app, leaving).await;
    }
    let Some(user) = user.filter(User::is_active) else {
        return Ok(Prepared::Nothing("there is no account that may log in"));
    };

    let code = OneTimeCode::generate(&mut app.random());
    let hash = secrets::pepper(app).await?.hash(email, &code);
    let Some(ends_at) = Codes(app.store()).issue(email, task.id, &hash, now).await? else {
        return Err(Failure::Permanent(
            "the code is no longer good: used, too old, or a newer one was asked for".to_owned(),
        ));
    };
    let mail = OneTimeCodeMail {
        addressee: &Addressee::new(&user.email, &user.first_name, user.locale()),
        code: &code,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&app.section::<Brand>())))
}
