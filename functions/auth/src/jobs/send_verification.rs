use domain::jobs::SendVerification;
use domain::link::LinkToken;
use mail::{Addressee, Brand, Prepared, Verification};
use store::IssueOutcome;
use work::{Assigned, Context, Failure};

/// Makes a verification link and mails it to whoever asked for it.
pub(crate) async fn send_verification(
    context: Context,
    task: Assigned<SendVerification>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let Some(user) = app.store().users().find_recipient(&task.input.0).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let links = app.store().verifications();
    let IssueOutcome::Issued(ends_at) = links.issue(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("the address is verified"));
    };
    let mail = Verification {
        addressee: &Addressee::new(&user.email, &user.first_name),
        registered_at: user.created_at,
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(
        mail.render(&Brand::of(&app.settings().mail)),
    ))
}
