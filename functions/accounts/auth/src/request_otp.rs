use accounts::actions;
use accounts::code::{self, Codes};
use accounts::jobs::SendOneTimeCode;
use api::{Answer, App, Endpoint, Errors, Fields, Json, Limiter, RequestInfo, endpoint};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::limit::{Limit, Per};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(request_otp)
    .with_slash()
    .limited(&[PER_CLIENT, PER_ADDRESS]);

/// Codes for one address: a victim's mailbox is not flooded, from however many clients.
const PER_ADDRESS: Limit = Limit {
    name: "otp-request-address",
    quota: 3,
    window: SignedDuration::from_mins(10),
    per: Per::Address,
};
/// Requests of one client.
const PER_CLIENT: Limit = Limit {
    name: "otp-request-client",
    quota: 3,
    window: SignedDuration::from_mins(10),
    per: Per::Client,
};

/// The person who wants to log in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RequestOtp {
    /// The address of the account.
    #[schema(required, example = "ann@example.com")]
    #[serde(default)]
    email: String,
}

/// The request is recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedOtp {
    /// The same whether or not there is such an account.
    #[schema(example = "If an account with this email exists, a login code has been sent.")]
    message: &'static str,
    /// The number of seconds for which the code will be valid.
    #[schema(example = 600)]
    expires_in: i64,
}

/// Ask for a one-time code by e-mail.
///
/// The answer is the same whether or not there is such an account. A new code ends the one before. At most 3 in 10 minutes
/// and address, and as many a client.
#[utoipa::path(
    post, path = "/api/v1/auth/otp/request", tag = "auth",
    request_body = RequestOtp,
    responses((status = 200, description = "Recorded", body = RequestedOtp), Errors)
)]
pub async fn request_otp(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<RequestOtp>,
) -> Answer<axum::Json<RequestedOtp>> {
    let email = EmailAddress::parse(&body.email).map_err(|error| Fields::error("email", error))?;
    limiter.per_client(&PER_CLIENT).await?;

    // Nothing is looked up here, so neither the answer nor its time can tell whether there is an account: the worker looks.
    let task = app.task(&SendOneTimeCode {
        email: email.clone(),
    });
    let audit = info.audit(&app, actions::OTP_REQUESTED).on(task.id);
    let audit = limiter.network_with(audit, &PER_CLIENT);
    let audit = limiter.address_with(audit, &PER_ADDRESS, &email);
    Codes(app.store()).request(&email, &task, &audit).await?;

    let message = "If an account with this email exists, a login code has been sent.";
    Ok(axum::Json(RequestedOtp {
        message,
        expires_in: code::LIFETIME.as_secs(),
    }))
}
