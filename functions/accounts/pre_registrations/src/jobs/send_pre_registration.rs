use accounts::jobs::SendPreRegistration;
use accounts::link::{Link, LinkKind, LinkToken, Links};
use accounts::pre_registration::PreRegistrations;
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use crate::mails::PreRegistration;

/// Makes a link that confirms a pre-registration and mails it.
pub(crate) async fn send_pre_registration(
    context: Context,
    task: Assigned<SendPreRegistration>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let email = &task.input.email;
    let left = PreRegistrations(app.store()).lookup(email).await?;
    if left.is_none_or(|left| left.confirmed_at.is_some()) {
        return Ok(Prepared::Nothing("the address is confirmed, or forgotten"));
    }

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let link = Link::new(LinkKind::PreRegistration, None, email, now);
    Links(app.store()).add(&link, &token).await?;
    let mail = PreRegistration {
        addressee: &Addressee::stranger(email),
        token: &token,
        ends_at: link.expires_at,
        now,
    };
    let mail = mail.render(&app.section::<Brand>()).for_anybody();
    Ok(Prepared::Mail(mail))
}
