use domain::jobs::SendPasswordReset;
use domain::link::LinkToken;
use mail::{Addressee, Brand, PasswordReset, Prepared};
use store::IssueOutcome;
use work::{Assigned, Context, Failure};

/// Makes a link to choose a new password and mails it to whoever asked for it.
pub(crate) async fn send_password_reset(
    context: Context,
    task: Assigned<SendPasswordReset>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let Some(user) = app.store().users().find_recipient(&task.input.0).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let passwords = app.store().passwords();
    let IssueOutcome::Issued(ends_at) = passwords.issue_reset(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("the account may not log in"));
    };
    let mail = PasswordReset {
        addressee: &Addressee::new(&user.email, &user.first_name),
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(
        mail.render(&Brand::of(&app.settings().mail)),
    ))
}
