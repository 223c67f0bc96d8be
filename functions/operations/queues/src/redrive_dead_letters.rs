use api::{
    Answer, App, Endpoint, Errors, Fields, Json, PUBLIC_KEYS, Permitted, RequestInfo, endpoint,
};
use axum::extract::State;
use kernel::audit::Object;
use operations::actions::DEAD_LETTERS_REDRIVEN;
use operations::permissions::ManageTasks;
use operations::queue::DeadLetters;
use serde::Deserialize;
use store::AuditLog;
use utoipa::ToSchema;

use crate::known_queue::{KnownQueue, unread};
use crate::moving::{DEAD_LETTERS_IN_USE, MovedLetters, PATIENCE, alone, choice};
use crate::pause_queue::QUEUE_WITHOUT_WORK;

pub const ENDPOINT: Endpoint = endpoint!(redrive_dead_letters)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[DEAD_LETTERS_IN_USE, QUEUE_WITHOUT_WORK]);

/// Which dead letters are meant. All that is given must fit; with nothing, all are.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"group": "InternalFailure (500): An internal error occurred."}))]
pub struct ChosenLetters {
    /// The one of this task.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    task_id: Option<String>,
    /// Those of a reason, as the list of dead letters names it.
    #[schema(example = "InternalFailure (500): An internal error occurred.")]
    group: Option<String>,
}

/// Send dead letters back to their queue.
///
/// Each has up to four tries again. One whose task is finished has no second effect: it is deleted. Goes on for twenty seconds at
/// most; with `is_more` in the answer, call again.
#[utoipa::path(
    post, path = "/api/v1/admin/queues/{queue}/dead-letters/redrive", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("queue" = String, Path, description = "The queue's name.", example = "mail-bulk")),
    request_body = ChosenLetters,
    responses((status = 200, description = "They are sent back", body = MovedLetters), Errors)
)]
pub async fn redrive_dead_letters(
    caller: Permitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    KnownQueue(known): KnownQueue,
    body: Option<Json<ChosenLetters>>,
) -> Answer<axum::Json<MovedLetters>> {
    let (mut fields, body) = (Fields::default(), body.map(|Json(body)| body));
    let body = body.unwrap_or_default();
    let choice = choice(&mut fields, body.task_id.as_deref(), body.group);
    if !fields.is_empty() {
        return Err(fields.into_error());
    }
    if !known.has_worker() {
        return Err(QUEUE_WITHOUT_WORK.into());
    }

    let moved = alone(&app, &info, known, async {
        let object = Object::of("queue", known.name);
        let audit = info.audit(&app, DEAD_LETTERS_REDRIVEN);
        let audit = audit.by(caller.user_id).on(object);
        AuditLog(app.store()).add(&audit).await?;
        let letters = DeadLetters::of(&app, known);
        letters.redrive(&choice, PATIENCE).await.map_err(unread)
    });
    // On the heap: what calls AWS is large.
    Ok(axum::Json(Box::pin(moved).await?.into()))
}
