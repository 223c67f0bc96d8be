use domain::jobs::SendPreRegistration;
use domain::link::{LinkKind, LinkToken};
use mail::{Addressee, Brand, PreRegistration, Prepared};
use store::Link;
use work::{Assigned, Context, Failure};

/// Makes a link that confirms a pre-registration and mails it.
pub(crate) async fn send_pre_registration(
    context: Context,
    task: Assigned<SendPreRegistration>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let email = &task.input.email;
    let left = app.store().pre_registrations().lookup(email).await?;
    if left.is_none_or(|left| left.confirmed_at.is_some()) {
        return Ok(Prepared::Nothing("the address is confirmed, or forgotten"));
    }

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let link = Link::new(LinkKind::PreRegistration, None, email, now);
    app.store().links().add(&link, &token).await?;
    let mail = PreRegistration {
        addressee: &Addressee::new(email, ""),
        token: &token,
        ends_at: link.expires_at,
        now,
    };
    Ok(Prepared::Mail(
        mail.render(&Brand::of(&app.settings().mail)),
    ))
}
