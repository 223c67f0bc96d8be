//! Mails that tell of something that has happened.

use cloud::App;
use domain::device::Device;
use domain::id::{TaskId, UserId, made_at};
use domain::link::{LinkToken, RESERVATION, Undo};
use domain::task::{EXPORT_LIFETIME, SecurityEvent};
use domain::user::User;
use jiff::Timestamp;
use mail::{Addressee, ExportReady, Place, SecurityNotice, Welcome};
use store::Link;
use work::Failure;

use super::{NO_ACCOUNT, Prepared, addressee, brand};

/// Where something was done from.
struct Origin {
    client: String,
    agent: String,
}

/// Tells of `event`, with a link that takes it back. Every link is good until it is used or ends: one of an earlier try
/// may have been sent after all.
pub(super) async fn security_notice(
    app: &App,
    task_id: TaskId,
    user_id: UserId,
    event: SecurityEvent,
    at: Timestamp,
) -> Result<Prepared, Failure> {
    let user = match owner(app, user_id, at).await? {
        Ok(user) => user,
        Err(reason) => return Ok(Prepared::Nothing(reason)),
    };
    let Some((to, undo)) = addressee_and_undo(app, task_id, &user, event, at).await? else {
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
        ..Link::not_me(user_id, &to.email, undo, at, now)
    };
    app.store().links().add(&link, &token).await?;
    let place = origin.as_ref().zip(device.as_ref());
    let recovery_codes_left = match event {
        SecurityEvent::RecoveryCodeUsed(_) => {
            Some(app.store().factors().count_recovery_codes(user_id).await?)
        }
        _ => None,
    };
    let notice = SecurityNotice {
        addressee: &to,
        event,
        at,
        place: place.map(|(origin, device)| Place {
            client: &origin.client,
            device: device.name(),
        }),
        recovery_codes_left,
        token: &token,
        ends_at: link.expires_at,
        now,
    };
    Ok(Prepared::Mail(notice.render(&brand(app))))
}

/// Greets a new member, with a link that says it was not them. Whoever verified the address need not be who registered with
/// it and chose the password: that may have been somebody who waits for the account to be opened. `at` is when it was.
pub(super) async fn welcome(
    app: &App,
    user_id: UserId,
    at: Timestamp,
) -> Result<Prepared, Failure> {
    let user = match owner(app, user_id, at).await? {
        Ok(user) => user,
        Err(reason) => return Ok(Prepared::Nothing(reason)),
    };
    let to = addressee_at(app, &user, at).await?;

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let link = Link::not_me(user_id, &to.email, Undo::Password, at, now);
    app.store().links().add(&link, &token).await?;
    let mail = Welcome {
        addressee: &to,
        token: &token,
        ends_at: link.expires_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
}

/// The account that something happened to at a moment, or why nobody is told of it: a link that takes something back goes to
/// whose the account was then, and after the reservation of former addresses nobody knows who that was.
async fn owner(
    app: &App,
    user_id: UserId,
    at: Timestamp,
) -> Result<Result<User, &'static str>, Failure> {
    if app.now() >= at + RESERVATION {
        return Ok(Err("it is too long ago to know whom to tell"));
    }
    let user = app.store().users().lookup(user_id).await?;
    Ok(user.ok_or(NO_ACCOUNT))
}

/// Who is told, and what their 'this was not me' takes back.
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
            let changes = app.store().email_changes();
            let former = changes.former(user.id, task_id).await?;
            return Ok(former.map(|email| {
                let to = Addressee {
                    email: email.clone(),
                    ..addressee(user)
                };
                (to, Undo::Email(email))
            }));
        }
    };
    Ok(Some((addressee_at(app, user, at).await?, undo)))
}

/// Who had the account at a moment. Whoever did something then may have changed the address before the mail went out: it is
/// the owner of that moment who must hear. Asked after the account was read, so that a change between the two is seen.
async fn addressee_at(app: &App, user: &User, at: Timestamp) -> Result<Addressee, Failure> {
    let former = app.store().email_changes().former_at(user.id, at).await?;
    Ok(match former {
        Some(email) => Addressee {
            email,
            ..addressee(user)
        },
        None => addressee(user),
    })
}

/// Where something was done from, where a session knows.
async fn origin(
    app: &App,
    user_id: UserId,
    event: SecurityEvent,
) -> Result<Option<Origin>, Failure> {
    let sessions = app.store().sessions();
    Ok(match event {
        SecurityEvent::NewDevice(id) | SecurityEvent::RecoveryCodeUsed(id) => {
            sessions.lookup(user_id, id).await?.map(|session| Origin {
                client: session.client,
                agent: session.agent,
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
            }),
        SecurityEvent::PasswordChanged
        | SecurityEvent::EmailChanged
        | SecurityEvent::FactorAdded
        | SecurityEvent::FactorRemoved => None,
    })
}

pub(super) async fn export_ready(
    app: &App,
    user_id: UserId,
    export_id: TaskId,
) -> Result<Prepared, Failure> {
    let Some(user) = app.store().users().lookup(user_id).await? else {
        return Ok(Prepared::Nothing(NO_ACCOUNT));
    };
    let now = app.now();
    let ends_at = made_at(export_id.uuid()).map(|asked_at| asked_at + EXPORT_LIFETIME);
    let Some(ends_at) = ends_at.filter(|ends_at| now < *ends_at) else {
        return Ok(Prepared::Nothing("the copy is deleted"));
    };
    let mail = ExportReady {
        addressee: &addressee(&user),
        export_id,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
}
