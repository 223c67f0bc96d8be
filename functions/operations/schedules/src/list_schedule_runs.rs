use std::collections::BTreeMap;

use api::{
    Answer, ApiError, App, Endpoint, Errors, List, NoFilters, PUBLIC_KEYS, PageBody, PageParams,
    Permitted, endpoint,
};
use axum::extract::{Path, State};
use operations::permissions::ReadTasks;
use serde::Serialize;
use utoipa::ToSchema;
use work::schedule::{Outcome, Run, Runs};

pub const ENDPOINT: Endpoint = endpoint!(list_schedule_runs).reading(&[PUBLIC_KEYS]);

/// A run of a schedule.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleRun {
    /// The moment at which it was due (RFC 3339, UTC); of one that an operator wanted, at which that was.
    #[schema(example = "2026-11-30T12:00:00Z")]
    slot: String,
    /// Whether an operator wanted it.
    manual: bool,
    /// `started` (under way, or its function died), `done`, `failed` (Lambda tries it again), or `disabled`.
    #[schema(example = "done")]
    outcome: &'static str,
    /// How often it was begun.
    #[schema(example = 1)]
    tries: u32,
    /// The moment at which it was last begun.
    #[schema(example = "2026-11-30T12:00:01.2Z")]
    started_at: String,
    /// How long it took, in milliseconds.
    #[schema(example = 240)]
    duration_ms: Option<i64>,
    /// What it did, in numbers.
    #[schema(example = json!({"handed_over": 3}))]
    counts: BTreeMap<String, u64>,
    /// The reason why it failed.
    #[schema(example = "DynamoDB was not available")]
    error: Option<String>,
}

impl From<Run> for ScheduleRun {
    fn from(run: Run) -> Self {
        let duration = run.finished_at.map(|at| at.duration_since(run.started_at));
        Self {
            slot: run.slot.to_string(),
            manual: run.manual,
            outcome: match run.outcome {
                Outcome::Started => "started",
                Outcome::Done => "done",
                Outcome::Failed => "failed",
                Outcome::Disabled => "disabled",
            },
            tries: run.tries,
            started_at: run.started_at.to_string(),
            duration_ms: duration.map(|took| i64::try_from(took.as_millis()).unwrap_or(i64::MAX)),
            counts: run.counts,
            error: run.error,
        }
    }
}

/// List the runs of a schedule.
///
/// The latest slot first. A run is kept for 90 days.
#[utoipa::path(
    get, path = "/api/v1/admin/schedules/{name}/runs", tag = "operations",
    security(("bearer" = ["tasks:read"])),
    params(("name" = String, Path, description = "The schedule's name.", example = "purge_accounts"), PageParams),
    responses((status = 200, description = "A page of runs", body = PageBody<ScheduleRun>), Errors)
)]
pub async fn list_schedule_runs(
    _: Permitted<ReadTasks>,
    State(app): State<App>,
    Path(name): Path<String>,
    List { paging, .. }: List<NoFilters>,
) -> Answer<axum::Json<PageBody<ScheduleRun>>> {
    let runs = Runs(app.store());
    runs.lookup(&name).await?.ok_or_else(ApiError::not_found)?;

    let page = runs.list_runs(&name, &paging.request).await?;
    Ok(paging.body(page.map(ScheduleRun::from)))
}
