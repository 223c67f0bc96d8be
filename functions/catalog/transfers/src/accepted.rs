//! A transfer that was asked for.

use api::{Answer, App, Begun, IdempotencyKey, Once};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use kernel::audit::Entry;
use kernel::id::UserId;
use kernel::task::Task;
use serde::Serialize;
use serde_json::Value;
use store::Tasks;
use utoipa::ToSchema;
use uuid::Uuid;

/// A task that was recorded: `GET /api/v1/tasks/{id}` tells how far it is, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedTransfer {
    /// The id of the task, by which it is asked for.
    task_id: Uuid,
    /// The kind of the task.
    #[serde(rename = "type")]
    #[schema(example = "import_products")]
    kind: String,
    /// `PENDING`.
    #[schema(example = "PENDING")]
    status: &'static str,
    /// What it was asked with.
    #[schema(value_type = std::collections::BTreeMap<String, Value>, example = json!({"format": "csv"}))]
    parameters: Value,
}

/// Records a task of a caller, once for each key.
pub(crate) async fn record(
    app: &App,
    caller: UserId,
    key: Option<IdempotencyKey>,
    task: &Task,
    audit: &Entry,
) -> Answer<Response> {
    let once = match key {
        None => None,
        Some(key) => match key.begin(app, caller).await? {
            Begun::First(once) => Some(once),
            Begun::Repeated(answer) => return Ok(answer),
        },
    };
    let answer = AcceptedTransfer {
        task_id: task.id.uuid(),
        kind: task.kind.clone(),
        status: "PENDING",
        parameters: task.input.clone(),
    };
    let kept = once
        .as_ref()
        .map(|once| once.finish(app, StatusCode::ACCEPTED, &answer));
    let recorded = Tasks(app.store()).create(task, kept, audit).await;
    let recorded = recorded
        .map_err(Into::into)
        .and_then(|is_recorded| is_recorded.then_some(()).ok_or_else(Once::overtaken));
    match &once {
        Some(once) => once.settle(app, recorded).await?,
        None => recorded?,
    }
    Ok((StatusCode::ACCEPTED, axum::Json(answer)).into_response())
}
