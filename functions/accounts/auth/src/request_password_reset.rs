use accounts::actions;
use accounts::jobs::{Recipient, SendPasswordReset};
use api::{Answer, App, Endpoint, Errors, Fields, Json, Limiter, RequestInfo, endpoint};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::limit::{Limit, Per};
use serde::{Deserialize, Serialize};
use store::Tasks;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(request_password_reset)
    .with_slash()
    .formerly(&[
        ("POST", "/api/auth/forgot-password"),
        ("POST", "/api/access/reset-password-control"),
    ])
    .limited(&[PER_CLIENT, PER_ADDRESS]);

/// Mails to one address: enough for somebody who deleted one, too few to annoy.
const PER_ADDRESS: Limit = Limit {
    name: "forgot-address",
    quota: 3,
    window: SignedDuration::from_hours(1),
    per: Per::Address,
};
/// Requests of one client.
const PER_CLIENT: Limit = Limit {
    name: "forgot-client",
    quota: 10,
    window: SignedDuration::from_hours(1),
    per: Per::Client,
};

/// The person who forgot a password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RequestPasswordReset {
    /// The address of the account.
    #[schema(required, example = "ann@example.com")]
    #[serde(default)]
    email: String,
}

/// The request is recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedPasswordReset {
    /// The same whether or not there is such an account.
    #[schema(
        example = "If an account with this email exists, a link to choose a new password has been sent."
    )]
    message: &'static str,
}

/// Ask for a link to choose a new password.
///
/// The answer is the same whether or not there is such an account. The link is good for 30 minutes, and a new one ends the
/// one before. At most 3 an hour and address, 10 an hour and client.
#[utoipa::path(
    post, path = "/api/v1/auth/password/forgot", tag = "auth",
    request_body = RequestPasswordReset,
    responses((status = 200, description = "Recorded", body = RequestedPasswordReset), Errors)
)]
pub async fn request_password_reset(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<RequestPasswordReset>,
) -> Answer<axum::Json<RequestedPasswordReset>> {
    let email = EmailAddress::parse(&body.email).map_err(|error| Fields::error("email", error))?;
    limiter.per_client(&PER_CLIENT).await?;

    // Nothing is looked up here, so neither the answer nor its time can tell whether there is an account: the worker looks.
    let task = app.task(&SendPasswordReset(Recipient::Email(email.clone())));
    let audit = info
        .audit(&app, actions::PASSWORD_RESET_REQUESTED)
        .on(task.id);
    let audit = limiter.network_with(audit, &PER_CLIENT);
    let audit = limiter.address_with(audit, &PER_ADDRESS, &email);
    let tasks = Tasks(app.store());
    tasks
        .request("ask for a new password", &task, &audit)
        .await?;

    let message =
        "If an account with this email exists, a link to choose a new password has been sent.";
    Ok(axum::Json(RequestedPasswordReset { message }))
}
