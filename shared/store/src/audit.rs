use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::audit::{Action, Change, Entry};
use serde::Serialize;

use crate::Store;
use crate::expression::add;
use crate::keys;

/// The audit log. Entries are added in the transaction of what they record, and never changed.
pub struct AuditLog<'a>(pub(crate) &'a Store);

#[derive(Serialize)]
struct Record<'a> {
    id: String,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    action: Action,
    object: &'a str,
    success: bool,
    client: &'a str,
    agent: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    changes: &'a [Change],
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_pk: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_pk: Option<String>,
    action_pk: String,
    ttl: i64,
}

impl AuditLog<'_> {
    /// The write that adds an entry.
    pub(crate) fn write(&self, entry: &Entry) -> TransactWriteItem {
        let record = Record {
            id: entry.id.to_string(),
            at: entry.at.to_string(),
            actor: entry.actor.map(|actor| actor.to_string()),
            action: entry.action,
            object: &entry.object,
            success: entry.success,
            client: &entry.origin.client,
            agent: &entry.origin.agent,
            request_id: &entry.origin.request_id,
            changes: &entry.changes,
            actor_pk: entry.actor.map(keys::audit_actor),
            object_pk: keys::audit_object(&entry.object),
            action_pk: keys::audit_action(entry.action, entry.id, entry.at),
            ttl: (entry.at + self.0.audit_retention).as_second(),
        };
        add(
            &self.0.tables.audit,
            keys::audit_entry(entry.id, entry.at),
            &record,
        )
    }
}
