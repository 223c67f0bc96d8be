use accounts::actions;
use accounts::link::{LinkKind, LinkToken, Links};
use accounts::pre_registration::PreRegistrations;
use api::{Answer, App, Endpoint, ErrorCode, Errors, Json, RequestInfo, endpoint};
use axum::extract::State;
use kernel::audit::Object;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(confirm_pre_registration)
    .with_slash()
    .refusing(&[INVALID_TOKEN, TOKEN_EXPIRED]);

/// The link is not one, or not any more.
const INVALID_TOKEN: ErrorCode = ErrorCode::bad_request("invalid_token", "The link is not valid.").when(
    "the token of a mailed link is missing, malformed, unknown, used, of another kind, or replaced by a newer one",
);

/// The link is a right one, and its time is over.
const TOKEN_EXPIRED: ErrorCode = ErrorCode::bad_request(
    "token_expired",
    "The link has expired. Leave your address once more.",
)
.when("the token of a mailed link, too late");

/// The token of a mailed link.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ConfirmPreRegistration {
    /// The token of the link.
    #[schema(required, value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    #[serde(default)]
    token: SecretString,
}

/// The address is confirmed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedPreRegistration {
    /// The same whether this call did it or an earlier one.
    #[schema(example = "Your address is confirmed. We will write when we open.")]
    message: &'static str,
}

/// Confirm a pre-registration by the mailed link.
///
/// Safe to call again: a link that has done its work answers 200 as long as it would be good. The link points to the front
/// end, so a mail scanner that opens it confirms nothing.
#[utoipa::path(
    post, path = "/api/v1/pre-registrations/confirm", tag = "pre-registrations",
    request_body = ConfirmPreRegistration,
    responses((status = 200, description = "Confirmed, now or before", body = ConfirmedPreRegistration), Errors)
)]
pub async fn confirm_pre_registration(
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<ConfirmPreRegistration>,
) -> Answer<axum::Json<ConfirmedPreRegistration>> {
    let token = LinkToken::parse(body.token.expose_secret()).ok_or(INVALID_TOKEN)?;
    let link = Links(app.store());
    let link = link.find(LinkKind::PreRegistration, &token).await?;
    let link = link.ok_or(INVALID_TOKEN)?;
    if app.now() >= link.expires_at {
        return Err(TOKEN_EXPIRED.into());
    }

    let left = PreRegistrations(app.store());
    let found = left.lookup(&link.email).await?.ok_or(INVALID_TOKEN)?;
    if found.confirmed_at.is_none() {
        let audit = info
            .audit(&app, actions::PRE_REGISTRATION_CONFIRMED)
            .on(Object::of("pre_registration", found.id));
        // False: another call was faster, which is as good.
        left.confirm(&link.email, &audit).await?;
    }

    let message = "Your address is confirmed. We will write when we open.";
    Ok(axum::Json(ConfirmedPreRegistration { message }))
}
