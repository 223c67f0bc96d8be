//! An entry of the audit log, in an answer and in a file.

use api::Exported;
use kernel::audit::{Change, Entry};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// The id of the entry.
    id: Uuid,
    /// The moment at which it happened (RFC 3339, UTC).
    #[schema(example = "2026-11-21T12:00:00Z")]
    at: String,
    /// The account that did it, where that is known.
    user: Option<Uuid>,
    /// The name of the action that happened.
    #[schema(example = "ROLE_CHANGED")]
    action: String,
    /// What it was done to.
    #[schema(example = "user/0197a9f0-6d40-7c31-9a57-2f6b1c8e4d10")]
    object: String,
    /// Whether the action succeeded.
    #[schema(example = true)]
    success: bool,
    /// The place it was done from: an address, or an IPv6 network. Empty for an account that was deleted.
    #[schema(example = "203.0.113.7")]
    client: String,
    /// The program it was done with (`User-Agent`). Empty for an account that was deleted.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")]
    agent: String,
    /// The id of the request in which it was done.
    #[schema(example = "Xk2pRg04FiAEJ6w=")]
    request_id: String,
    /// How often it happened: what an account does to the same thing again within a minute is one entry.
    #[schema(example = 1)]
    times: u32,
    /// The fields that it changed.
    changes: Vec<AuditChange>,
}

/// A field that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditChange {
    /// The name of the field that was changed.
    #[schema(example = "role")]
    field: String,
    /// The value of the field before the change.
    #[schema(example = "user")]
    before: String,
    /// The value of the field after the change.
    #[schema(example = "admin")]
    after: String,
}

impl Exported for AuditEntry {
    const LIST: &'static str = "audit_log";

    const COLUMNS: &'static [&'static str] = &[
        "id",
        "at",
        "user",
        "action",
        "object",
        "success",
        "client",
        "agent",
        "request_id",
        "times",
        "changes",
    ];

    fn into_line(self) -> Vec<String> {
        let changes = self.changes.iter().map(|change| {
            let AuditChange {
                field,
                before,
                after,
            } = change;
            format!("{field}: {before} > {after}")
        });
        let changes = changes.collect::<Vec<_>>().join("\n");
        vec![
            self.id.to_string(),
            self.at,
            self.user.map(|id| id.to_string()).unwrap_or_default(),
            self.action,
            self.object,
            self.success.to_string(),
            self.client,
            self.agent,
            self.request_id,
            self.times.to_string(),
            changes,
        ]
    }
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.uuid(),
            at: entry.at.to_string(),
            user: entry.actor.map(kernel::id::UserId::uuid),
            action: entry.action.as_str().to_owned(),
            object: entry.object.as_str().to_owned(),
            success: entry.success,
            client: entry.origin.client,
            agent: entry.origin.agent,
            request_id: entry.origin.request_id,
            times: entry.times,
            changes: entry.changes.into_iter().map(AuditChange::from).collect(),
        }
    }
}

impl From<Change> for AuditChange {
    fn from(change: Change) -> Self {
        Self {
            field: change.field,
            before: change.before,
            after: change.after,
        }
    }
}
