//! A session as its owner sees it, and the caller's own that a path names.

use accounts::Me;
use accounts::session::device::Device;
use accounts::session::{Session, Sessions};
use api::{ApiError, App};
use kernel::id::SessionId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A log-in on one device.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// The id of the session.
    id: Uuid,
    /// What its owner calls it.
    #[schema(example = "Ann's laptop")]
    name: Option<String>,
    /// What it came from, as far as that can be told.
    device: DeviceBody,
    /// The address it came from: an IPv4 address, or the /64 of an IPv6 one.
    #[schema(example = "203.0.113.7")]
    address: String,
    /// The moment at which the session began (RFC 3339, UTC).
    #[schema(example = "2026-11-20T12:00:00Z")]
    created_at: String,
    /// The moment at which the session got its newest tokens (RFC 3339, UTC).
    #[schema(example = "2026-11-21T08:30:00Z")]
    last_seen_at: String,
    /// The moment at which the session ends, if it gets no new tokens (RFC 3339, UTC).
    #[schema(example = "2026-11-28T08:30:00Z")]
    expires_at: String,
    /// Whether it is the one that asks.
    #[schema(example = true)]
    current: bool,
}

/// What a session came from. A hint: a client may say of itself what it likes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceBody {
    /// `desktop`, `mobile`, `tablet` or `other`.
    #[serde(rename = "type")]
    #[schema(example = "desktop")]
    kind: &'static str,
    /// The program and the system of the device.
    #[schema(example = "Firefox on Linux")]
    name: String,
}

impl SessionBody {
    /// A session as its owner sees it from the `current` one.
    pub(crate) fn of(session: Session, current: &Session) -> Self {
        let device = Device::seen(&session.agent, &session.client);
        Self {
            current: session.id == current.id,
            id: session.id.uuid(),
            name: session.name,
            device: DeviceBody {
                kind: device.kind().as_str(),
                name: device.name(),
            },
            address: session.client,
            created_at: session.created_at.to_string(),
            last_seen_at: session.rotated_at.to_string(),
            expires_at: session.expires_at.to_string(),
        }
    }
}

/// The caller's live session with this id. Somebody else's, one that is over and one that never was are the same 404.
pub(crate) async fn find(app: &App, caller: &Me, id: SessionId) -> Result<Session, ApiError> {
    // Looked for among the caller's own, whoever's it is.
    let session = Sessions(app.store()).lookup(caller.user.id, id).await?;
    session
        .filter(|session| session.is_live(app.now(), caller.user.sessions_valid_from))
        .ok_or_else(ApiError::not_found)
}
