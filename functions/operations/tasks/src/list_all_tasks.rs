use api::{
    Answer, App, Endpoint, Errors, Fields, List, PUBLIC_KEYS, PageBody, PageParams, Permitted,
    endpoint,
};
use axum::extract::State;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::id::UserId;
use operations::permissions::ReadTasks;
use serde::Deserialize;
use store::{TaskFilter, Tasks};
use utoipa::IntoParams;

use crate::all_tasks::{TaskEntry, given, moment, states};

pub const ENDPOINT: Endpoint = endpoint!(list_all_tasks)
    .reading(&[PUBLIC_KEYS])
    .sampled_with(&["status"]);

/// What the list is narrowed by. All that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AllTasks {
    /// The day they were asked for (UTC); today, if none is given. Those that are not finished are listed whatever their day,
    /// where they alone are wanted.
    #[param(example = "2026-11-21")]
    day: Option<String>,
    /// The state: `PENDING`, `STARTED`, `RETRY`, `SUCCESS`, `FAILURE`, `REVOKED`, or `OPEN` for those that are not finished.
    #[param(example = "FAILURE")]
    status: Option<String>,
    /// The kind, such as `send_welcome`.
    #[serde(rename = "type")]
    #[param(example = "send_welcome")]
    kind: Option<String>,
    /// The queue, such as `mail-bulk`.
    #[param(example = "mail-bulk")]
    queue: Option<String>,
    /// The account that asked for them by itself.
    #[param(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    owner: Option<String>,
    /// Words that the last error has, in upper or lower case.
    #[param(example = "not verified")]
    text: Option<String>,
    /// Those asked for then or later (RFC 3339).
    #[param(example = "2026-11-21T00:00:00Z")]
    created_after: Option<String>,
    /// Those asked for before this moment (RFC 3339).
    #[param(example = "2026-11-22T00:00:00Z")]
    created_before: Option<String>,
}

/// List the tasks of everybody that were asked for on a day.
///
/// The newest first. Where more than 10,000 must be looked at for a page, it may have fewer entries than asked for and still a
/// `next`.
#[utoipa::path(
    get, path = "/api/v1/admin/tasks", tag = "operations",
    security(("bearer" = ["tasks:read"])),
    params(AllTasks, PageParams),
    responses((status = 200, description = "A page of tasks", body = PageBody<TaskEntry>), Errors)
)]
pub async fn list_all_tasks(
    _: Permitted<ReadTasks>,
    State(app): State<App>,
    List { filter, paging }: List<AllTasks>,
) -> Answer<axum::Json<PageBody<TaskEntry>>> {
    let (day, wanted) = read(&filter, &app)?;
    let tasks = Tasks(app.store());
    let page = tasks.list_of_day(day, &wanted, &paging.request).await?;
    Ok(paging.body(page.map(TaskEntry::from)))
}

fn read(filter: &AllTasks, app: &App) -> Answer<(Date, TaskFilter)> {
    let mut fields = Fields::default();
    let today = app.now().to_zoned(TimeZone::UTC).date();
    let day = given(filter.day.as_deref()).and_then(|text| {
        // `20261121` and whole moments are days to the parser.
        let day = text
            .parse()
            .ok()
            .filter(|day: &Date| day.to_string() == text);
        fields.check("day", day.ok_or("Enter a day such as 2026-11-21."))
    });
    let owner = given(filter.owner.as_deref()).and_then(|text| {
        let owner = text.parse::<UserId>();
        fields.check("owner", owner.map_err(|_| "Enter the id of an account."))
    });
    let wanted = TaskFilter {
        states: states(&mut fields, "status", filter.status.as_deref()),
        kind: given(filter.kind.as_deref()),
        queue: given(filter.queue.as_deref()),
        text: given(filter.text.as_deref()).map(|text| text.to_lowercase()),
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
        owner,
    };
    if fields.is_empty() {
        Ok((day.unwrap_or(today), wanted))
    } else {
        Err(fields.into_error())
    }
}
