use api::{
    Answer, App, Endpoint, Errors, Fields, PageBody, PageParams, Paging, Permitted, Query,
    RequestInfo, Table, endpoint, is_csv,
};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::audit::Action;
use domain::permission::ReadPreRegistrations;
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::entry::{COLUMNS, PreRegistrationEntry};

pub const ENDPOINT: Endpoint = endpoint!(list_pre_registrations);

/// Which addresses are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListPreRegistrations {
    /// Those whose owner confirmed them, or those that still wait for it.
    #[param(value_type = Option<bool>)]
    is_confirmed: Option<String>,
    /// `json`, or `csv` for a file of at most 5,000 lines; where there are more, the `Link` header leads to the next one.
    #[param(example = "json")]
    format: Option<String>,
}

/// List the addresses that were left before the product opens.
///
/// The newest first. Where few of many are wanted, a page may have fewer entries than asked for and still a `next`. Taking a
/// file out is written into the audit log.
#[utoipa::path(
    get, path = "/api/v1/pre-registrations/", tag = "pre-registrations",
    security(("bearer" = ["pre_registrations:read"])),
    params(ListPreRegistrations, PageParams),
    responses(
        (
            status = 200, description = "A page of addresses, or a file",
            content((PageBody<PreRegistrationEntry> = "application/json"), (String = "text/csv", example = "email,requested_at"))
        ),
        Errors
    )
)]
pub async fn list_pre_registrations(
    caller: Permitted<ReadPreRegistrations>,
    State(app): State<App>,
    info: RequestInfo,
    Query(query): Query<ListPreRegistrations>,
    paging: Paging,
) -> Answer<Response> {
    let mut fields = Fields::default();
    let is_file = is_csv(query.format.as_deref(), &mut fields);
    let is_confirmed = match query.is_confirmed.as_deref() {
        None | Some("") => None,
        Some(text) => fields.check(
            "is_confirmed",
            text.parse::<bool>().map_err(|_| "Enter true or false."),
        ),
    };
    if !fields.is_empty() {
        return Err(fields.into_error());
    }

    let (left, now) = (app.store().pre_registrations(), app.now());
    if !is_file {
        let page = left.list(is_confirmed, now, &paging.request).await?;
        return Ok(paging
            .body(page.map(PreRegistrationEntry::from))
            .into_response());
    }

    let object = "pre_registrations".to_owned();
    let audit = app.audit(
        Action::Exported,
        Some(caller.user.id),
        object,
        &info.origin(),
    );
    app.store().audit_log().add(&audit).await?;
    let left = &left;
    let read = |page| async move { left.list(is_confirmed, now, &page).await };
    let today = now.to_zoned(TimeZone::UTC).date();
    Table::new(format!("pre-registrations-{today}"), &COLUMNS)?
        .fill(&paging, read, |left| {
            PreRegistrationEntry::from(left).into_line()
        })
        .await
}
