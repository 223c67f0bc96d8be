//! The copy of all that is known of an account.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud::{App, FileKey};
use domain::avatar::Size;
use domain::device::Device;
use domain::id::UserId;
use domain::session::Session;
use domain::task::{EXPORT_LIFETIME, Task, Work};
use domain::user::User;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::{AccountCopy, PreRegistration};
use work::{Done, Failure};

/// Puts a copy of an account's data into the bucket, and has its owner told.
pub(crate) async fn export(app: &App, task: &Task, user_id: UserId) -> Result<Done, Failure> {
    if app.now() >= task.created_at + EXPORT_LIFETIME {
        return Err(Failure::Permanent(
            "nobody could fetch it any more".to_owned(),
        ));
    }
    let accounts = app.store().accounts();
    let copy = accounts.copy(user_id, app.now()).await?;
    let Some(copy) = copy.filter(|copy| copy.user.is_active()) else {
        return Ok(Done("there is no account that may log in".to_owned()));
    };

    let picture = match copy.user.avatar {
        Some(avatar) => {
            let key = FileKey::Avatar(user_id, avatar, Size::Large);
            app.files().get(&key).await?
        }
        None => None,
    };
    let document = document(&copy, picture.as_deref(), app.now());
    let text = serde_json::to_vec_pretty(&document).expect("JSON is text");
    let size = text.len();
    let key = FileKey::Export(user_id, task.id);
    app.files().put(&key, "application/json", text).await?;

    // After the file: nobody is told of what is not there. Once, though the file may be written twice.
    let notice = app.task(Work::SendExportReady {
        user_id,
        export_id: task.id,
    });
    accounts.announce_copy(task.id, &notice).await?;
    Ok(Done(format!("{size} bytes")))
}

fn document(copy: &AccountCopy, picture: Option<&[u8]>, now: Timestamp) -> Value {
    let sessions: Vec<Value> = copy.sessions.iter().map(session).collect();
    let devices: Vec<Value> = copy
        .devices
        .iter()
        .map(|seen_at| json!({ "last_seen_at": seen_at }))
        .collect();
    let picture = picture
        .map(|bytes| json!({ "content_type": "image/webp", "base64": STANDARD.encode(bytes) }));
    json!({
        "made_at": now,
        "account": account(&copy.user),
        "former_emails": copy.former_emails,
        "picture": picture,
        "second_factor": {
            "enabled_since": copy.user.factor_since,
            "recovery_codes_left": copy.recovery_codes_left,
        },
        "sessions": sessions,
        "devices": devices,
        "links": copy.links,
        "activity": copy.audit,
        "activity_of_others": copy.audit_of_others,
        "pre_registration": copy.pre_registration.as_ref().map(pre_registration),
    })
}

fn account(user: &User) -> Value {
    let profile = &user.profile;
    json!({
        "id": user.id,
        "email": user.email,
        "pending_email": user.pending_email,
        "email_verified": user.email_verified,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone_number": profile.phone_number,
        "birth_date": profile.birth_date,
        "locale": profile.locale,
        "time_zone": profile.time_zone,
        "notification_settings": profile.notifications,
        "role": user.role,
        "created_at": user.created_at,
        "last_login_at": user.last_login_at,
    })
}

fn pre_registration(pre_registration: &PreRegistration) -> Value {
    json!({
        "email": pre_registration.email,
        "requested_at": pre_registration.requested_at,
        "confirmed_at": pre_registration.confirmed_at,
    })
}

fn session(session: &Session) -> Value {
    let device = Device::seen(&session.agent, &session.client);
    json!({
        "id": session.id,
        "name": session.name,
        "device": { "type": device.kind().as_str(), "name": device.name() },
        "address": session.client,
        "agent": session.agent,
        "created_at": session.created_at,
        "last_seen_at": session.rotated_at,
        "expires_at": session.expires_at,
        "revoked_at": session.revocation.as_ref().map(|revocation| revocation.at),
    })
}
