use accounts::account::User;
use accounts::email_change::EmailChanges;
use accounts::factor::Factors;
use accounts::jobs::{SecurityEvent, SendSecurityNotice};
use accounts::link::{Link, LinkToken, Links, Undo};
use accounts::login::DeviceId;
use accounts::session::Sessions;
use accounts::session::device::Device;
use cloud::App;
use jiff::Timestamp;
use kernel::id::{TaskId, UserId};
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use super::owner::{addressee_at, owner};
use crate::mails::{Place, SecurityNotice};

/// The place that something was done from.
struct Origin {
    client: String,
    agent: String,
    /// The device that was given a token there.
    device_id: Option<DeviceId>,
}

/// Tells of `event`, with a link that takes it back. Every link is good until it is used or ends: one of an earlier try
/// may have been sent after all.
pub(crate) async fn send_security_notice(
    context: Context,
    task: Assigned<SendSecurityNotice>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let SendSecurityNotice { user_id, event, at } = task.input;
    let user = match owner(app, user_id, at).await? {
        Ok(user) => user,
        Err(reason) => return Ok(Prepared::Nothing(reason)),
    };
    let Some((to, undo)) = addressee_and_undo(app, task.id, &user, event, at).await? else {
        return Ok(Prepared::Nothing(
            "the address before the change is forgotten",
        ));
    };
    let origin = origin(app, user_id, event).await?;
    let happened_in_a_session = matches!(
        event,
        SecurityEvent::NewDevice(_) | SecurityEvent::TokenReuse(_)
    );
    if happened_in_a_session && origin.is_none() {
        return Ok(Prepared::Nothing("the session is forgotten"));
    }

    let device = origin
        .as_ref()
        .map(|origin| Device::seen(&origin.agent, &origin.client));
    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let link = Link {
        device: device.as_ref().map(|device| device.digest().to_owned()),
        device_id: origin.as_ref().and_then(|origin| origin.device_id.clone()),
        ..Link::not_me(user_id, &to.email, undo, at, now)
    };
    Links(app.store()).add(&link, &token).await?;
    let place = origin.as_ref().zip(device.as_ref());
    let recovery_codes_left = match event {
        SecurityEvent::RecoveryCodeUsed(_) => {
            Some(Factors(app.store()).count_recovery_codes(user_id).await?)
        }
        _ => None,
    };
    let notice = SecurityNotice {
        addressee: &to,
        event,
        at,
        place: place.map(|(origin, device)| Place {
            client: &origin.client,
            program: device.program(),
            system: device.system(),
        }),
        recovery_codes_left,
        token: &token,
        ends_at: link.expires_at,
        now,
    };
    Ok(Prepared::Mail(notice.render(&app.section::<Brand>())))
}

/// Finds who is told, and what their 'this was not me' takes back.
async fn addressee_and_undo(
    app: &App,
    task_id: TaskId,
    user: &User,
    event: SecurityEvent,
    at: Timestamp,
) -> Result<Option<(Addressee, Undo)>, Failure> {
    let undo = match event {
        SecurityEvent::NewDevice(session) => Undo::Session(session),
        // A session whose token was used twice is over already, but whoever had a copy may have more than that. Whoever has
        // the recovery codes got past the first factor before.
        SecurityEvent::PasswordChanged
        | SecurityEvent::TokenReuse(_)
        | SecurityEvent::RecoveryCodeUsed(_) => Undo::Password,
        SecurityEvent::FactorAdded => Undo::FactorAdded,
        SecurityEvent::FactorRemoved => Undo::FactorRemoved,
        SecurityEvent::EmailChanged => {
            // Of this very change: by now the account may have a third address.
            let changes = EmailChanges(app.store());
            let former = changes.former(user.id, task_id).await?;
            return Ok(former.map(|email| {
                let to = Addressee::new(&email, &user.first_name, user.locale());
                (to, Undo::Email(email))
            }));
        }
    };
    Ok(Some((addressee_at(app, user, at).await?, undo)))
}

/// Finds the place that something was done from, where a session knows it.
async fn origin(
    app: &App,
    user_id: UserId,
    event: SecurityEvent,
) -> Result<Option<Origin>, Failure> {
    let sessions = Sessions(app.store());
    Ok(match event {
        SecurityEvent::NewDevice(id) | SecurityEvent::RecoveryCodeUsed(id) => {
            sessions.lookup(user_id, id).await?.map(|session| Origin {
                client: session.client,
                agent: session.agent,
                device_id: session.device_id,
            })
        }
        // Not where the session began, but where its old token was used.
        SecurityEvent::TokenReuse(id) => sessions
            .lookup(user_id, id)
            .await?
            .and_then(|session| session.revocation)
            .map(|revocation| Origin {
                client: revocation.client,
                agent: revocation.agent,
                device_id: None,
            }),
        SecurityEvent::PasswordChanged
        | SecurityEvent::EmailChanged
        | SecurityEvent::FactorAdded
        | SecurityEvent::FactorRemoved => None,
    })
}
