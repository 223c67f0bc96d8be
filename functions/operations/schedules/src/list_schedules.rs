use api::{Answer, App, Endpoint, Errors, PUBLIC_KEYS, Permitted, endpoint};
use axum::extract::State;
use futures_util::future::try_join_all;
use operations::permissions::ReadTasks;
use serde::Serialize;
use utoipa::ToSchema;
use work::schedule::{Declared, Run, Runs};

use crate::list_schedule_runs::ScheduleRun;

pub const ENDPOINT: Endpoint = endpoint!(list_schedules).reading(&[PUBLIC_KEYS]);

/// All schedules.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleList {
    /// The schedules, by their names.
    schedules: Vec<ScheduleEntry>,
}

/// Work that comes with the clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleEntry {
    /// The name of the schedule, and of its function.
    #[schema(example = "purge_accounts")]
    name: String,
    /// What it does.
    #[schema(example = "Hands accounts over to be deleted whose time is up")]
    about: String,
    /// The moments at which it is due, as EventBridge Scheduler reads them.
    #[schema(example = "cron(0 * * * ? *)")]
    expression: String,
    /// The IANA time zone that they are meant in.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// Whether it is switched on.
    enabled: bool,
    /// Its latest run, if it had one.
    last_run: Option<ScheduleRun>,
}

impl ScheduleEntry {
    fn of(declared: Declared, last: Option<Run>) -> Self {
        Self {
            name: declared.name,
            about: declared.about,
            expression: declared.expression,
            time_zone: declared.time_zone,
            enabled: !declared.disabled,
            last_run: last.map(ScheduleRun::from),
        }
    }
}

/// List the schedules, with the latest run of each.
///
/// One that a deployment brought is listed within ten minutes.
#[utoipa::path(
    get, path = "/api/v1/admin/schedules", tag = "operations",
    security(("bearer" = ["tasks:read"])),
    responses((status = 200, description = "The schedules", body = ScheduleList), Errors)
)]
pub async fn list_schedules(
    _: Permitted<ReadTasks>,
    State(app): State<App>,
) -> Answer<axum::Json<ScheduleList>> {
    let runs = Runs(app.store());
    let declared = runs.list().await?;
    let latest = try_join_all(declared.iter().map(|schedule| runs.latest(&schedule.name))).await?;
    let schedules = declared.into_iter().zip(latest);
    let schedules = schedules.map(|(declared, last)| ScheduleEntry::of(declared, last));
    let schedules = schedules.collect();
    Ok(axum::Json(ScheduleList { schedules }))
}
