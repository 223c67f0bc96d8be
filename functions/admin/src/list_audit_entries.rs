use api::{
    Answer, App, Endpoint, Errors, Fields, PageBody, PageParams, Paging, Permitted, Query,
    RequestInfo, Table, endpoint, is_csv,
};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::audit::Action;
use domain::permission::ReadAudit;
use serde::Deserialize;
use store::AuditFilter;
use utoipa::IntoParams;

use crate::audit_entry::{AuditEntry, COLUMNS};
use crate::filters::{self, given};

pub const ENDPOINT: Endpoint = endpoint!(list_audit_entries);

/// Longest name of a thing that is looked for: some times the longest there is.
const MAX_OBJECT: usize = 200;

/// Which entries are wanted. All that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAuditEntries {
    /// Who did it: the id of an account.
    #[param(example = "0197a9f0-6d40-7c31-9a57-2f6b1c8e4d10")]
    user: Option<String>,
    /// What it was done to, as answers name it.
    #[param(example = "user/0197a9f0-6d40-7c31-9a57-2f6b1c8e4d10")]
    object: Option<String>,
    /// What was done.
    #[param(example = "LOGIN_FAILED")]
    action: Option<String>,
    /// The day (UTC). If none is given: the whole time, where `user` or an `object` with an id is given, and today else.
    #[param(example = "2026-11-21")]
    day: Option<String>,
    /// `json`, or `csv` for a file of at most 5,000 lines; where there are more, the `Link` header leads to the next one.
    #[param(example = "json")]
    format: Option<String>,
}

/// List the entries of the audit log.
///
/// The newest first. An entry of the last second may be missing where `user`, `object` or `action` is given. Where few of
/// many are wanted, a page may have fewer entries than asked for and still a `next`. Taking a file out is itself an entry.
#[utoipa::path(
    get, path = "/api/v1/admin/audit-log/", tag = "admin",
    security(("bearer" = ["audit:read"])),
    params(ListAuditEntries, PageParams),
    responses(
        (
            status = 200, description = "A page of entries, or a file",
            content((PageBody<AuditEntry> = "application/json"), (String = "text/csv", example = "id,at,actor,action"))
        ),
        Errors
    )
)]
pub async fn list_audit_entries(
    caller: Permitted<ReadAudit>,
    State(app): State<App>,
    info: RequestInfo,
    Query(query): Query<ListAuditEntries>,
    paging: Paging,
) -> Answer<Response> {
    let mut fields = Fields::default();
    let is_file = is_csv(query.format.as_deref(), &mut fields);
    let filter = read(&query, &mut fields);
    if !fields.is_empty() {
        return Err(fields.into_error());
    }

    let (log, today) = (app.store().audit_log(), filters::today(&app));
    if !is_file {
        let page = log.list(&filter, today, &paging.request).await?;
        return Ok(paging.body(page.map(AuditEntry::from)).into_response());
    }

    let object = "audit_log".to_owned();
    let audit = app.audit(
        Action::Exported,
        Some(caller.user.id),
        object,
        &info.origin(),
    );
    log.add(&audit).await?;
    let (log, filter) = (&log, &filter);
    let read = |page| async move { log.list(filter, today, &page).await };
    Table::new(format!("audit-log-{today}"), &COLUMNS)?
        .fill(&paging, read, |entry| AuditEntry::from(entry).into_line())
        .await
}

fn read(query: &ListAuditEntries, fields: &mut Fields) -> AuditFilter {
    let actor = given(query.user.as_deref()).and_then(|id| {
        fields.check(
            "user",
            id.parse().map_err(|_| "Enter the id of an account."),
        )
    });
    let object = given(query.object.as_deref()).and_then(|object| {
        let object = (object.len() <= MAX_OBJECT).then(|| object.to_owned());
        fields.check("object", object.ok_or("This is too long."))
    });
    let action = given(query.action.as_deref()).and_then(|name| {
        fields.check(
            "action",
            Action::parse(name).ok_or("There is no such action."),
        )
    });
    AuditFilter {
        actor,
        object,
        action,
        day: filters::day(fields, query.day.as_deref()),
    }
}
