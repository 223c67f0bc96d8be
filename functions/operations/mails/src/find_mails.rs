use api::{
    Answer, App, Endpoint, Errors, Fields, List, PUBLIC_KEYS, PageBody, PageParams, Permitted,
    endpoint,
};
use axum::extract::State;
use kernel::email::EmailAddress;
use operations::mail::{AddressDigest, Mails};
use operations::permissions::ReadMail;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::mail_status::MailEntry;

pub const ENDPOINT: Endpoint = endpoint!(find_mails)
    .reading(&[PUBLIC_KEYS])
    .sampled_with(&["address"]);

/// Whose mails are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FindMails {
    /// The address that they went to.
    #[param(required, nullable = false, example = "ann@example.com")]
    address: Option<String>,
}

/// Find out what became of the mails to an address.
///
/// Those of the last 30 days, the newest first. `delivered` is what the mail server of the address says; what it does with the
/// mail then nobody hears.
#[utoipa::path(
    get, path = "/api/v1/admin/mails", tag = "operations",
    security(("bearer" = ["mail:read"])),
    params(FindMails, PageParams),
    responses((status = 200, description = "A page of mails", body = PageBody<MailEntry>), Errors)
)]
pub async fn find_mails(
    _: Permitted<ReadMail>,
    State(app): State<App>,
    List { filter, paging }: List<FindMails>,
) -> Answer<axum::Json<PageBody<MailEntry>>> {
    let address = EmailAddress::parse(filter.address.as_deref().unwrap_or_default());
    let address = address.map_err(|error| Fields::error("address", error))?;

    let page = Mails(app.store())
        .list_to(&AddressDigest::of(&address), &paging.request)
        .await?;
    Ok(paging.body(page.map(MailEntry::from)))
}
