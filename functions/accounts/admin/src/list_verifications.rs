use accounts::link::LinkKind;
use accounts::permissions::ReadUsers;
use api::{
    Answer, App, Endpoint, Errors, List, PUBLIC_KEYS, PageBody, PageParams, Permitted, endpoint,
};
use axum::extract::State;

use crate::filters::DayAndEmail;
use crate::links::{self, LinkEntry};

pub const ENDPOINT: Endpoint = endpoint!(list_verifications)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("GET", "/api/access/email-confirmation-control")])
    .sampled_with(&["day"]);

/// List the verification links that were mailed on a day.
///
/// The newest first. Tells how far each is, and never its token. Where more than 10,000 must be looked at for a page, it
/// may have fewer entries than asked for and still a `next`.
#[utoipa::path(
    get, path = "/api/v1/admin/verifications", tag = "admin",
    security(("bearer" = ["users:read"])),
    params(DayAndEmail, PageParams),
    responses((status = 200, description = "A page of links", body = PageBody<LinkEntry>), Errors)
)]
pub async fn list_verifications(
    _: Permitted<ReadUsers>,
    State(app): State<App>,
    list: List<DayAndEmail>,
) -> Answer<axum::Json<PageBody<LinkEntry>>> {
    links::list(&app, LinkKind::Verification, &list).await
}
