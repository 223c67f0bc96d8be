use api::{Answer, App, Endpoint, Errors, PUBLIC_KEYS, Permitted, RequestInfo, endpoint};
use axum::extract::State;
use operations::actions::QUEUE_RESUMED;
use operations::permissions::ManageTasks;

use crate::known_queue::KnownQueue;
use crate::pause_queue::{QUEUE_WITHOUT_WORK, set_work};
use crate::work::QueueWork;

pub const ENDPOINT: Endpoint = endpoint!(resume_queue)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[QUEUE_WITHOUT_WORK]);

/// Let the work on a queue go on.
///
/// A queue that is worked off already stays so.
#[utoipa::path(
    post, path = "/api/v1/admin/queues/{queue}/resume", tag = "operations",
    security(("bearer" = ["tasks:manage"])),
    params(("queue" = String, Path, description = "The queue's name.", example = "mail-bulk")),
    responses((status = 200, description = "It goes on", body = QueueWork), Errors)
)]
pub async fn resume_queue(
    caller: Permitted<ManageTasks>,
    State(app): State<App>,
    info: RequestInfo,
    KnownQueue(known): KnownQueue,
) -> Answer<axum::Json<QueueWork>> {
    set_work(&app, &info, &caller, known, QUEUE_RESUMED).await
}
