use api::{
    Answer, App, Endpoint, ErrorCode, Errors, PUBLIC_KEYS, Permitted, RequestInfo, endpoint,
};
use axum::extract::State;
use kernel::audit::{Action, Object};
use operations::actions::QUEUE_PAUSED;
use operations::permissions::ManageTasks;
use operations::queue::Known;
use store::AuditLog;

use crate::known_queue::{KnownQueue, unavailable};
use crate::settings::Settings;
use crate::work::{QueueWork, in_words};

pub const ENDPOINT: Endpoint = endpoint!(pause_queue)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[QUEUE_WITHOUT_WORK]);

/// 409: there is nothing to be stopped.
pub const QUEUE_WITHOUT_WORK: ErrorCode =
    ErrorCode::conflict("queue_without_work", "Nothing works this queue off.")
        .when("nothing works the queue off: its messages say what was given up");

/// Stop the work on a queue.
///
/// What a worker has is worked off; the rest waits, for four days at most. A queue that is paused already stays so.
#[utoipa::path(
    post, path = "/api/v1/admin/queues/{queue}/pause", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("queue" = String, Path, description = "The queue's name.", example = "mail-bulk")),
    responses((status = 200, description = "It is paused", body = QueueWork), Errors)
)]
pub async fn pause_queue(
    caller: Permitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    KnownQueue(known): KnownQueue,
) -> Answer<axum::Json<QueueWork>> {
    set_work(&app, &info, &caller, known, QUEUE_PAUSED).await
}

/// Stops the work on a queue, or lets it go on, as the action says.
pub(crate) async fn set_work(
    app: &App,
    info: &RequestInfo,
    caller: &Permitted<ManageTasks>,
    known: &'static Known,
    action: Action,
) -> Answer<axum::Json<QueueWork>> {
    if !known.has_worker() {
        return Err(QUEUE_WITHOUT_WORK.into());
    }

    // First the entry: what was done and is not in the log would be worse than the other way about.
    let goes_on = action != QUEUE_PAUSED;
    let object = Object::of("queue", known.name);
    let audit = info.audit(app, action).by(caller.user_id).on(object);
    AuditLog(app.store()).add(&audit).await?;
    let settings = app.section::<Settings>();
    let mapping = settings.mapping(known);
    let work = app.queues().set_work(mapping, goes_on).await;
    let work = work.map_err(unavailable)?.ok_or(QUEUE_WITHOUT_WORK)?;
    Ok(axum::Json(QueueWork {
        name: known.name,
        work: in_words(Some(work)),
    }))
}
