use accounts::actions;
use accounts::jobs::{Recipient, SendVerification};
use accounts::verification::Verifications;
use api::{Answer, App, Endpoint, Errors, Fields, Json, Limiter, RequestInfo, endpoint};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::limit::{Limit, Per};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(resend_verification)
    .with_slash()
    .formerly(&[
        ("POST", "/api/resend-verification"),
        ("POST", "/api/access/email-confirmation-control"),
    ])
    .limited(&[PER_CLIENT, PER_ADDRESS]);

/// Mails to one address: enough for somebody who deleted one, too few to annoy.
const PER_ADDRESS: Limit = Limit {
    name: "resend-address",
    quota: 3,
    window: SignedDuration::from_hours(1),
    per: Per::Address,
};
/// Requests of one client.
const PER_CLIENT: Limit = Limit {
    name: "resend-client",
    quota: 10,
    window: SignedDuration::from_hours(1),
    per: Per::Client,
};

/// The person whose address is to be verified.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ResendVerification {
    /// The address of the account.
    #[schema(required, example = "ann@example.com")]
    #[serde(default)]
    email: String,
}

/// The request is recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResentVerification {
    /// The same whether or not there is such an account.
    #[schema(
        example = "If an account with this email exists and is not verified, a new link has been sent."
    )]
    message: &'static str,
}

/// Ask for a new verification link.
///
/// The answer is the same whether or not there is such an account. A new link ends the one before. At most 3 an hour and
/// address, 10 an hour and client.
#[utoipa::path(
    post, path = "/api/v1/auth/resend-verification", tag = "auth",
    request_body = ResendVerification,
    responses((status = 200, description = "Recorded", body = ResentVerification), Errors)
)]
pub async fn resend_verification(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<ResendVerification>,
) -> Answer<axum::Json<ResentVerification>> {
    let email = EmailAddress::parse(&body.email).map_err(|error| Fields::error("email", error))?;
    limiter.per_client(&PER_CLIENT).await?;

    // Nothing is looked up here, so neither the answer nor its time can tell whether there is an account: the worker looks.
    let task = app.task(&SendVerification(Recipient::Email(email.clone())));
    let audit = info
        .audit(&app, actions::VERIFICATION_REQUESTED)
        .on(task.id);
    let audit = limiter.network_with(audit, &PER_CLIENT);
    let audit = limiter.address_with(audit, &PER_ADDRESS, &email);
    Verifications(app.store()).request(&task, &audit).await?;

    let message =
        "If an account with this email exists and is not verified, a new link has been sent.";
    Ok(axum::Json(ResentVerification { message }))
}
