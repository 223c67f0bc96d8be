use api::{
    Answer, App, Authenticated, Caller, Endpoint, Errors, Fields, List, PUBLIC_KEYS, PageBody,
    PageParams, endpoint,
};
use axum::extract::State;
use serde::Deserialize;
use store::{TaskFilter, Tasks};
use utoipa::IntoParams;

use crate::all_tasks::{given, moment, states};
use crate::own_task::TaskSummary;

pub const ENDPOINT: Endpoint = endpoint!(list_tasks)
    .reading(&[PUBLIC_KEYS])
    .beside(&["POST"])
    .sampled_with(&["status"]);

/// What the list is narrowed by. All that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OwnTasks {
    /// The state: `PENDING`, `STARTED`, `RETRY`, `SUCCESS`, `FAILURE`, `REVOKED`, or `OPEN` for those that are not finished.
    #[param(example = "SUCCESS")]
    status: Option<String>,
    /// The kind, such as `add`.
    #[serde(rename = "type")]
    #[param(example = "add")]
    kind: Option<String>,
    /// Those asked for then or later (RFC 3339).
    #[param(example = "2026-11-21T00:00:00Z")]
    created_after: Option<String>,
    /// Those asked for before this moment (RFC 3339).
    #[param(example = "2026-11-22T00:00:00Z")]
    created_before: Option<String>,
}

/// List the caller's tasks.
///
/// The newest first. A task is kept for 30 days after it was finished.
#[utoipa::path(
    get, path = "/api/v1/tasks", tag = "tasks",
    security(("bearer" = [])),
    params(OwnTasks, PageParams),
    responses((status = 200, description = "A page of tasks", body = PageBody<TaskSummary>), Errors)
)]
pub async fn list_tasks(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Caller>,
    List { filter, paging }: List<OwnTasks>,
) -> Answer<axum::Json<PageBody<TaskSummary>>> {
    let wanted = read(&filter)?;
    let tasks = Tasks(app.store());
    let page = tasks
        .list_own(caller.user_id, &wanted, &paging.request)
        .await?;
    Ok(paging.body(page.map(TaskSummary::from)))
}

fn read(filter: &OwnTasks) -> Answer<TaskFilter> {
    let mut fields = Fields::default();
    let wanted = TaskFilter {
        states: states(&mut fields, "status", filter.status.as_deref()),
        kind: given(filter.kind.as_deref()),
        from: moment(
            &mut fields,
            "created_after",
            filter.created_after.as_deref(),
        ),
        until: moment(
            &mut fields,
            "created_before",
            filter.created_before.as_deref(),
        ),
        ..TaskFilter::default()
    };
    if fields.is_empty() {
        Ok(wanted)
    } else {
        Err(fields.into_error())
    }
}
