use accounts::actions;
use accounts::jobs::SendPreRegistration;
use accounts::pre_registration::PreRegistrations;
use api::{Answer, App, Endpoint, Errors, Fields, Json, Limiter, RequestInfo, endpoint};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::limit::{Limit, Per};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(create_pre_registration)
    .with_slash()
    .formerly(&[("POST", "/api/access/pre-register")])
    .beside(&["GET", "HEAD"])
    .limited(&[PER_CLIENT, PER_ADDRESS]);

/// Mails to one address: whoever types a stranger's hardly annoys them.
const PER_ADDRESS: Limit = Limit {
    name: "pre-registration-address",
    quota: 3,
    window: SignedDuration::from_hours(1),
    per: Per::Address,
};
/// Requests of one client: a household, not a list of addresses.
const PER_CLIENT: Limit = Limit {
    name: "pre-registration-client",
    quota: 5,
    window: SignedDuration::from_hours(1),
    per: Per::Client,
};

/// The person who wants to hear when the product opens.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreatePreRegistration {
    /// The address that the confirmation is sent to.
    #[schema(required, example = "ann@example.com")]
    #[serde(default)]
    email: String,
}

/// The address is recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedPreRegistration {
    /// The same whether or not the address was left before, and whether or not it has an account.
    #[schema(example = "Thank you. If the address is not confirmed yet, a link has been sent.")]
    message: &'static str,
}

/// Leave an address before the product opens.
///
/// The answer is the same for every address. A link is mailed that confirms it; what nobody confirms within 7 days is
/// forgotten. At most 3 an hour and address, 5 an hour and client.
#[utoipa::path(
    post, path = "/api/v1/pre-registrations", tag = "pre-registrations",
    request_body = CreatePreRegistration,
    responses((status = 200, description = "Recorded", body = CreatedPreRegistration), Errors)
)]
pub async fn create_pre_registration(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<CreatePreRegistration>,
) -> Answer<axum::Json<CreatedPreRegistration>> {
    let email = EmailAddress::parse(&body.email).map_err(|error| Fields::error("email", error))?;
    limiter.per_client(&PER_CLIENT).await?;

    // Nothing is looked up here, so neither the answer nor its time can tell who was here before: the worker looks.
    let task = app.task(&SendPreRegistration {
        email: email.clone(),
    });
    let audit = info.audit(&app, actions::PRE_REGISTERED).on(task.id);
    let audit = limiter.network_with(audit, &PER_CLIENT);
    let audit = limiter.address_with(audit, &PER_ADDRESS, &email);
    let left = PreRegistrations(app.store());
    left.request(&email, &task, &audit).await?;

    let message = "Thank you. If the address is not confirmed yet, a link has been sent.";
    Ok(axum::Json(CreatedPreRegistration { message }))
}
