use accounts::permissions::ReadPreRegistrations;
use accounts::pre_registration::PreRegistrations;
use api::{
    Answer, App, Endpoint, Errors, Exported as _, Fields, FormatParams, ListOrFile, PUBLIC_KEYS,
    PageBody, PageParams, Permitted, REAUTHENTICATION_REQUIRED, endpoint,
};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::entry::PreRegistrationEntry;

pub const ENDPOINT: Endpoint = endpoint!(list_pre_registrations)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .refusing(&[REAUTHENTICATION_REQUIRED])
    .formerly(&[("GET", "/api/access/pre-register")])
    .beside(&["POST"])
    .sampled_with(&["is_confirmed"]);

/// The addresses that are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListPreRegistrations {
    /// Whether the owner has confirmed the address.
    #[param(value_type = Option<bool>)]
    is_confirmed: Option<String>,
}

/// List the addresses that were left before the product opens.
///
/// The newest first. Where more than 10,000 must be looked at for a page, it may have fewer entries than asked for and
/// still a `next`. Taking a file out is written into the audit log, and takes a proof of the last 15 minutes, else
/// `reauthentication_required`.
#[utoipa::path(
    get, path = "/api/v1/pre-registrations", tag = "pre-registrations",
    security(("bearer" = ["pre_registrations:read"])),
    params(ListPreRegistrations, FormatParams, PageParams),
    responses(
        (
            status = 200, description = "A page of addresses, or a file",
            content((PageBody<PreRegistrationEntry> = "application/json"), (String = "text/csv", example = json!(PreRegistrationEntry::first_line())))
        ),
        Errors
    )
)]
pub async fn list_pre_registrations(
    caller: Permitted<ReadPreRegistrations>,
    State(app): State<App>,
    ListOrFile { filter, form }: ListOrFile<ListPreRegistrations>,
) -> Answer<Response> {
    let mut fields = Fields::default();
    let form = form.check(&mut fields);
    let is_confirmed = match filter.is_confirmed.as_deref() {
        None | Some("") => None,
        Some(text) => fields.check(
            "is_confirmed",
            text.parse::<bool>().map_err(|_| "Enter true or false."),
        ),
    };
    let Some(form) = form.filter(|_| fields.is_empty()) else {
        return Err(fields.into_error());
    };

    let (left, now) = (&PreRegistrations(app.store()), app.now());
    let read = |part| async move {
        let page = left.list(is_confirmed, now, &part).await?;
        Ok(page.map(PreRegistrationEntry::from))
    };

    form.answer(&app, &caller, read).await
}
