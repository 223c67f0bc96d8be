use accounts::actions;
use accounts::jobs::SendWelcome;
use accounts::link::{LinkKind, LinkToken, Links};
use accounts::verification::{Followed, VerificationOutcome, Verifications};
use api::{Answer, App, Endpoint, ErrorCode, Errors, Json, RequestInfo, endpoint};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub const ENDPOINT: Endpoint = endpoint!(verify_email, verify_email_by_post)
    .with_slash()
    .formerly(&[
        ("GET", "/api/verify-email/{token}"),
        ("POST", "/api/auth/verify-email"),
    ])
    .with_effect_of_get()
    .refusing(&[INVALID_TOKEN, TOKEN_EXPIRED]);

/// The link is not one, or not any more.
const INVALID_TOKEN: ErrorCode = ErrorCode::bad_request("invalid_token", "Invalid verification token").when(
    "the token of a mailed link is missing, malformed, unknown, used, of another kind, or replaced by a newer one",
);

/// The link is a right one, and its time is over.
const TOKEN_EXPIRED: ErrorCode =
    ErrorCode::bad_request("token_expired", "Verification token has expired")
        .when("the token of a mailed link, too late");

/// The token of a verification link.
#[derive(Debug, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub struct VerifyEmail {
    /// The token of the mailed link.
    #[param(required, value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    #[schema(required, value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    #[serde(default)]
    token: SecretString,
}

/// The address is verified.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerifiedEmail {
    /// Whether this call did it.
    #[schema(example = "Email verified successfully")]
    message: &'static str,
    /// The account whose address was verified.
    user: VerifiedUser,
}

/// An account whose address is verified.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerifiedUser {
    /// The e-mail address of the account.
    #[schema(example = "ann@example.com")]
    email: String,
    /// Whether it can log in.
    #[schema(example = true)]
    is_active: bool,
}

/// Verify an e-mail address by the mailed link.
///
/// Safe to call again: a link that has done its work answers 200. Mailed links point to the front end, so a mail scanner
/// that opens one verifies nothing.
#[utoipa::path(
    get, path = "/api/v1/auth/verify-email", tag = "auth",
    params(VerifyEmail),
    responses((status = 200, description = "Verified, now or before", body = VerifiedEmail), Errors)
)]
pub async fn verify_email(
    State(app): State<App>,
    info: RequestInfo,
    query: Result<Query<VerifyEmail>, QueryRejection>,
) -> Answer<axum::Json<VerifiedEmail>> {
    // A query that cannot be read has no token: the same 400.
    let token = query.map(|Query(query)| query.token).unwrap_or_default();
    verify(&app, &info, &token).await
}

/// Verify an e-mail address by the token of the mailed link.
///
/// The same as the GET, for front ends that keep the token out of addresses.
#[utoipa::path(
    post, path = "/api/v1/auth/verify-email", tag = "auth",
    request_body = VerifyEmail,
    responses((status = 200, description = "Verified, now or before", body = VerifiedEmail), Errors)
)]
pub async fn verify_email_by_post(
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<VerifyEmail>,
) -> Answer<axum::Json<VerifiedEmail>> {
    verify(&app, &info, &body.token).await
}

async fn verify(
    app: &App,
    info: &RequestInfo,
    token: &SecretString,
) -> Answer<axum::Json<VerifiedEmail>> {
    let token = LinkToken::parse(token.expose_secret()).ok_or(INVALID_TOKEN)?;
    let links = Links(app.store());
    let link = links.find(LinkKind::Verification, &token).await?;
    let link = link.ok_or(INVALID_TOKEN)?;
    let user_id = link.user_id.ok_or(INVALID_TOKEN)?;

    let followed = Followed {
        user_id,
        link: &link,
        token: &token,
        welcome: &app.task(&SendWelcome { user_id }),
        audit: &info.audit(app, actions::EMAIL_VERIFIED).by_owner(user_id),
    };
    let (message, email, is_active) = match Verifications(app.store()).follow(&followed).await? {
        VerificationOutcome::Verified { is_active } => {
            ("Email verified successfully", link.email, is_active)
        }
        VerificationOutcome::AlreadyVerified { email, is_active } => {
            ("Email already verified", email, is_active)
        }
        VerificationOutcome::Expired => return Err(TOKEN_EXPIRED.into()),
        VerificationOutcome::Unknown => return Err(INVALID_TOKEN.into()),
    };

    let email = email.into();
    let user = VerifiedUser { email, is_active };
    Ok(axum::Json(VerifiedEmail { message, user }))
}
