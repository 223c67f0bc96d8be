use api::{
    Answer, App, Begun, CallerWithRole, Endpoint, Errors, Fields, IdempotencyKey, JsonObject,
    Limiter, Once, PUBLIC_KEYS, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::{SignedDuration, Timestamp};
use kernel::limit::{Limit, Per};
use operations::actions::TASK_CREATED;
use operations::jobs::FURTHEST_AHEAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Tasks;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kinds::Kind;
use crate::own_task::parameters;

pub const ENDPOINT: Endpoint = endpoint!(create_task)
    .reading(&[PUBLIC_KEYS])
    .limited(&[PER_ACCOUNT])
    .taking_key()
    .beside(&["GET", "HEAD"])
    .formerly(&[("POST", "/tasks")]);

/// Tasks of one account: each is work that somebody pays for.
const PER_ACCOUNT: Limit = Limit {
    name: "task-account",
    quota: 100,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// What is to be done. The fields besides these are those of the type.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"type": "add", "x": 5, "y": 3}))]
#[expect(dead_code, reason = "it describes the body, which is read by its type")]
pub struct NewTask {
    /// `add` (`x`, `y`: numbers), `long_running` (`duration`: 1 to 600 seconds), `process_data` (`data`: a text of at most
    /// 16,384 bytes) or, for those who have the permission `reports:read`, `report` (`report`: `activity`, `mail` or `tasks`;
    /// `month`: such as 2026-11).
    #[serde(rename = "type")]
    #[schema(example = "add")]
    kind: String,
    /// The moment at which it is to be done (RFC 3339), at most a year ahead; at once, if none is given.
    #[schema(example = "2026-12-24T18:00:00Z")]
    run_at: Option<String>,
    /// What the type is asked with.
    #[serde(flatten)]
    parameters: Map<String, Value>,
}

/// A task that was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedTask {
    /// The id of the task, by which it is asked for.
    task_id: Uuid,
    /// The kind of the task.
    #[serde(rename = "type")]
    #[schema(example = "add")]
    kind: String,
    /// `PENDING`.
    #[schema(example = "PENDING")]
    status: &'static str,
    /// What it was asked with.
    #[schema(value_type = std::collections::BTreeMap<String, Value>, example = json!({"x": 5, "y": 3}))]
    parameters: Value,
    /// The moment at which it is to be done (RFC 3339, UTC), where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-24T18:00:00Z")]
    run_at: Option<String>,
}

/// Have something done in the background.
///
/// With an `Idempotency-Key` it is recorded once, however often the call comes within 24 hours. At most 100 an hour and account.
/// When a report is ready, a mail says where.
#[utoipa::path(
    post, path = "/api/v1/tasks", tag = "tasks",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "A new UUID for each new task, and the same for a repetition of the call.", example = "8e03978e-40d5-43e8-bc93-6894a57f9324")),
    request_body = NewTask,
    responses((status = 202, description = "Recorded", body = AcceptedTask), Errors)
)]
pub async fn create_task(
    State(app): State<App>,
    caller: CallerWithRole,
    limiter: Limiter,
    info: RequestInfo,
    key: Option<IdempotencyKey>,
    mut body: JsonObject,
) -> Answer<Response> {
    let kind: Option<String> = body.take("type")?;
    let run_at = moment(body.take("run_at")?, app.now())?;
    let kind = Kind::named(kind.as_deref())?;
    kind.check_role(&caller)?;
    let task = kind.read(&app, body)?;
    let task = task.of(caller.user_id).at(run_at);

    let once = match key {
        None => None,
        Some(key) => match key.begin(&app, caller.user_id).await? {
            Begun::First(once) => Some(once),
            Begun::Repeated(answer) => return Ok(answer),
        },
    };
    let answer = AcceptedTask {
        task_id: task.id.uuid(),
        kind: task.kind.clone(),
        status: "PENDING",
        parameters: parameters(task.input.clone()),
        run_at: run_at.map(|at| at.to_string()),
    };
    let kept = once
        .as_ref()
        .map(|once| once.finish(&app, StatusCode::ACCEPTED, &answer));
    let audit = info
        .audit(&app, TASK_CREATED)
        .by(caller.user_id)
        .on(task.id);
    let audit = limiter.account_with(audit, &PER_ACCOUNT, caller.user_id);
    let recorded = Tasks(app.store()).create(&task, kept, &audit).await;
    let recorded = recorded
        .map_err(Into::into)
        .and_then(|is_recorded| is_recorded.then_some(()).ok_or_else(Once::overtaken));
    match &once {
        Some(once) => once.settle(&app, recorded).await?,
        None => recorded?,
    }
    Ok((StatusCode::ACCEPTED, axum::Json(answer)).into_response())
}

/// Reads the moment at which a task is to be done.
fn moment(text: Option<String>, now: Timestamp) -> Answer<Option<Timestamp>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let wrong = |reason| Fields::error("run_at", reason);
    let moment: Timestamp = text
        .parse()
        .map_err(|_| wrong("Enter a moment such as 2026-11-21T12:00:00Z."))?;
    if moment <= now {
        return Err(wrong("Enter a moment in the future."));
    }
    if moment > now + FURTHEST_AHEAD {
        return Err(wrong("Enter a moment within a year."));
    }
    Ok(Some(moment))
}
