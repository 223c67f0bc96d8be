use std::collections::BTreeMap;
use std::time::Duration;

use api::{Answer, App, Endpoint, Errors, PUBLIC_KEYS, Permitted, endpoint};
use axum::extract::State;
use operations::permissions::ReadTasks;
use operations::queue::{DeadLetter, DeadLetters, group};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::known_queue::{KnownQueue, unread};

pub const ENDPOINT: Endpoint = endpoint!(list_dead_letters).reading(&[PUBLIC_KEYS]);

/// The letters that are looked at, at most, and how long that may take: within the function's time limit.
const MOST: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(12);

/// The dead letters of a queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterList {
    /// The number of letters that were looked at, 1,000 at most.
    #[schema(example = 1)]
    count: usize,
    /// The reasons that there are, the most frequent first.
    groups: Vec<DeadLetterGroup>,
    /// The letters, the newest first.
    results: Vec<DeadLetterEntry>,
}

/// Dead letters that are here for the same reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterGroup {
    /// The reason, without what differs from one to the next: what a redrive takes as its `group`.
    #[schema(example = "InternalFailure (500): An internal error occurred.")]
    group: String,
    /// The number of them.
    #[schema(example = 1)]
    count: usize,
}

/// A message that could not be worked off.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterEntry {
    /// The id of the message.
    #[schema(example = "5fea7756-0ea4-451a-a703-a558b933e274")]
    message_id: String,
    /// The task that it names, if it names one.
    task_id: Option<Uuid>,
    /// The kind of the task.
    #[serde(rename = "type")]
    #[schema(example = "send_welcome")]
    kind: Option<String>,
    /// The state of the task now. Sent back, a letter has an effect only if the task has failed, or its worker died.
    #[schema(example = "FAILURE")]
    status: Option<&'static str>,
    /// The reason why it is here.
    #[schema(example = "InternalFailure (500): An internal error occurred.")]
    reason: String,
    /// How often it was received, in its queue and here.
    #[schema(example = 5)]
    receives: u32,
    /// The moment at which it was sent first (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    first_at: Option<String>,
    /// The moment at which its task was given up.
    #[schema(example = "2026-11-30T12:08:00Z")]
    last_at: Option<String>,
}

impl From<DeadLetter> for DeadLetterEntry {
    fn from(letter: DeadLetter) -> Self {
        let task = letter.task.as_ref();
        let last_at = task.and_then(|row| row.finished_at);
        Self {
            message_id: letter.message_id,
            task_id: letter.task_id.map(kernel::id::TaskId::uuid),
            kind: task.map(|row| row.task.kind.clone()),
            status: task.map(|row| row.state.as_str()),
            reason: letter.reason,
            receives: letter.receives,
            first_at: letter.sent_at.map(|at| at.to_string()),
            last_at: last_at.map(|at| at.to_string()),
        }
    }
}

/// List the dead letters of a queue, and why they are there.
///
/// SQS gives no whole list: of more than 1,000, it is some of them. Looking hides them for a moment from whoever moves them.
#[utoipa::path(
    get, path = "/api/v1/admin/queues/{queue}/dead-letters", tag = "operations",
    security(("bearer" = ["tasks:read"])),
    params(("queue" = String, Path, description = "The queue's name.", example = "mail-bulk")),
    responses((status = 200, description = "The dead letters", body = DeadLetterList), Errors)
)]
pub async fn list_dead_letters(
    _: Permitted<ReadTasks>,
    State(app): State<App>,
    KnownQueue(known): KnownQueue,
) -> Answer<axum::Json<DeadLetterList>> {
    let letters = DeadLetters::of(&app, known).look(MOST, PATIENCE).await;
    let mut letters = letters.map_err(unread)?;

    letters.sort_by_key(|letter| std::cmp::Reverse(letter.sent_at));
    Ok(axum::Json(DeadLetterList {
        count: letters.len(),
        groups: groups(&letters),
        results: letters.into_iter().map(DeadLetterEntry::from).collect(),
    }))
}

fn groups(letters: &[DeadLetter]) -> Vec<DeadLetterGroup> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for letter in letters {
        *counts.entry(group(&letter.reason)).or_default() += 1;
    }
    let groups = counts.into_iter();
    let mut groups: Vec<_> = groups
        .map(|(group, count)| DeadLetterGroup { group, count })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}
