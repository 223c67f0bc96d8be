//! What accounts themselves keep for a person: the account, what stands beside it, its copies and its audit entries.

use accounts::account::User;
use accounts::ending::{AccountCopy, Endings};
use accounts::files::FilePrefix;
use accounts::pre_registration::PreRegistration;
use accounts::session::Session;
use accounts::session::device::Device;
use cloud::App;
use kernel::id::UserId;
use serde_json::{Map, Value, json};
use work::{Belongings, Ended, Failure, Step};

/// The number of entries of the audit log that one try scrubs: some ten milliseconds each, so that it ends well inside the
/// function's 30 s.
const ENTRIES_A_TRY: usize = 500;

/// The account and what stands beside it. Comes after what needs the account to be there.
pub struct AccountBelongings;

impl Belongings for AccountBelongings {
    fn copy<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Map<String, Value>> {
        Box::pin(async move {
            let copy = Endings(app.store()).copy(user_id, app.now()).await?;
            // It went since the copy was begun. The next try finds no account, and makes no copy.
            let copy = copy.filter(|copy| copy.user.is_active());
            let copy = copy.ok_or_else(|| Failure::Transient("the account has gone".to_owned()))?;
            Ok(parts(&copy))
        })
    }

    fn end<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Ended> {
        Box::pin(end(app, user_id))
    }
}

async fn end(app: &App, user_id: UserId) -> Result<Ended, Failure> {
    let files = app.files();
    files.delete_prefix(&FilePrefix::Exports(user_id)).await?;
    let accounts = Endings(app.store());
    let deleted = accounts.delete_belongings(user_id).await?;
    if accounts.scrub_audit(user_id, ENTRIES_A_TRY).await? {
        Ok(Ended::All(deleted))
    } else {
        Ok(Ended::Partly("the audit log is not scrubbed yet"))
    }
}

/// The parts of the copy of an account, by their names in the document.
fn parts(copy: &AccountCopy) -> Map<String, Value> {
    let sessions: Vec<Value> = copy.sessions.iter().map(session).collect();
    let devices: Vec<Value> = copy
        .devices
        .iter()
        .map(|seen_at| json!({ "last_seen_at": seen_at }))
        .collect();
    let parts = json!({
        "account": account(&copy.user),
        "former_emails": copy.former_emails,
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
    });
    match parts {
        Value::Object(parts) => parts,
        _ => Map::new(),
    }
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
