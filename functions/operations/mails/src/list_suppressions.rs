use api::{
    Answer, App, Endpoint, Errors, Fields, List, PUBLIC_KEYS, PageBody, PageParams, Permitted,
    endpoint,
};
use axum::extract::State;
use operations::mail::{Reason, Suppressions};
use operations::permissions::ReadMail;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::mail_status::SuppressionEntry;

pub const ENDPOINT: Endpoint = endpoint!(list_suppressions)
    .reading(&[PUBLIC_KEYS])
    .sampled_with(&["reason"]);

/// What the list is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListSuppressions {
    /// The reason: `bounce` or `complaint`.
    #[param(example = "bounce")]
    reason: Option<String>,
}

/// List the addresses that get no mail.
///
/// The newest first. They bounced for good, or their owners said that our mail is spam.
#[utoipa::path(
    get, path = "/api/v1/admin/mail-suppressions", tag = "operations",
    security(("bearer" = ["mail:read"])),
    params(ListSuppressions, PageParams),
    responses((status = 200, description = "A page of addresses", body = PageBody<SuppressionEntry>), Errors)
)]
pub async fn list_suppressions(
    _: Permitted<ReadMail>,
    State(app): State<App>,
    List { filter, paging }: List<ListSuppressions>,
) -> Answer<axum::Json<PageBody<SuppressionEntry>>> {
    let reason = match filter.reason.as_deref() {
        None | Some("") => None,
        Some("bounce") => Some(Reason::Bounce),
        Some("complaint") => Some(Reason::Complaint),
        Some(_) => return Err(Fields::error("reason", "Enter bounce or complaint.")),
    };

    let page = Suppressions(app.store())
        .list(reason, &paging.request)
        .await?;
    Ok(paging.body(page.map(SuppressionEntry::from)))
}
