use api::{
    Answer, App, Endpoint, Errors, Fields, FreshlyPermitted, Json, PUBLIC_KEYS,
    REAUTHENTICATION_REQUIRED, RequestInfo, endpoint,
};
use axum::extract::State;
use kernel::audit::Object;
use operations::actions::DEAD_LETTERS_PURGED;
use operations::permissions::ManageTasks;
use operations::queue::DeadLetters;
use serde::Deserialize;
use store::AuditLog;
use utoipa::ToSchema;

use crate::known_queue::{KnownQueue, unread};
use crate::moving::{DEAD_LETTERS_IN_USE, MovedLetters, PATIENCE, alone, choice};

pub const ENDPOINT: Endpoint = endpoint!(purge_dead_letters)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[DEAD_LETTERS_IN_USE, REAUTHENTICATION_REQUIRED]);

/// Which dead letters are to be deleted, and that this is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"confirm": "mail-bulk"}))]
pub struct PurgedLetters {
    /// The name of the queue once more, typed by who means it.
    #[schema(required, example = "mail-bulk")]
    #[serde(default)]
    confirm: String,
    /// The one of this task.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    task_id: Option<String>,
    /// Those of a reason, as the list of dead letters names it. With neither, all are.
    #[schema(example = "SES refused the mail: … is not verified")]
    group: Option<String>,
}

/// Delete dead letters for good.
///
/// Their tasks stay, and can be tried again one by one. Wants a fresh proof, since nobody can take it back.
#[utoipa::path(
    post, path = "/api/v1/admin/queues/{queue}/dead-letters/purge", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("queue" = String, Path, description = "The queue's name.", example = "mail-bulk")),
    request_body = PurgedLetters,
    responses((status = 200, description = "They are deleted", body = MovedLetters), Errors)
)]
pub async fn purge_dead_letters(
    caller: FreshlyPermitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    KnownQueue(known): KnownQueue,
    Json(body): Json<PurgedLetters>,
) -> Answer<axum::Json<MovedLetters>> {
    let mut fields = Fields::default();
    if body.confirm != known.name {
        fields.reject("confirm", "Enter the name of the queue.");
    }
    let choice = choice(&mut fields, body.task_id.as_deref(), body.group);
    if !fields.is_empty() {
        return Err(fields.into_error());
    }

    let moved = alone(&app, &info, known, async {
        let object = Object::of("queue", known.name);
        let audit = info.audit(&app, DEAD_LETTERS_PURGED);
        let audit = audit.by(caller.user_id).on(object);
        AuditLog(app.store()).add(&audit).await?;
        let letters = DeadLetters::of(&app, known);
        letters.purge(&choice, PATIENCE).await.map_err(unread)
    });
    // On the heap: what calls AWS is large.
    Ok(axum::Json(Box::pin(moved).await?.into()))
}
