use accounts::Me;
use accounts::actions;
use accounts::factor::{FactorOutcome, Factors};
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::secrets::{FACTOR_KEY, PEPPER};
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, Fields, Json, Limiter, PUBLIC_KEYS,
    RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use proofs::{CODE_USED, FactorAnswer, INVALID_CODE, NO_FACTOR, verify_factor};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(disable_totp)
    .reading(&[PUBLIC_KEYS, FACTOR_KEY, PEPPER])
    .with_slash()
    .refusing(&[NO_FACTOR, INVALID_CODE, CODE_USED]);

/// The second factor, one last time. Exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "code": "012345" }))]
pub struct DisableTotp {
    /// The six digits that the authenticator shows.
    #[schema(value_type = Option<String>, example = "012345")]
    #[serde(default)]
    code: Option<SecretString>,
    /// A recovery code of the account.
    #[schema(value_type = Option<String>, example = "7K2QF-9XM4D")]
    #[serde(default)]
    recovery_code: Option<SecretString>,
}

/// Take the second factor away.
///
/// Needs a fresh code of it, or a recovery code: an access token is not enough. All recovery codes go with it. The owner
/// hears of it by mail.
#[utoipa::path(
    post, path = "/api/v1/auth/mfa/totp/disable", tag = "mfa",
    security(("bearer" = [])),
    request_body = DisableTotp,
    responses((status = 204, description = "No second factor is asked for any more"), Errors)
)]
pub async fn disable_totp(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Authenticated(Me { user, session }): Authenticated<Me>,
    Json(body): Json<DisableTotp>,
) -> Answer<StatusCode> {
    let mut fields = Fields::default();
    let (code, recovery_code) = (body.code.as_ref(), body.recovery_code.as_ref());
    let Some(answer) = FactorAnswer::read(code, recovery_code, &mut fields) else {
        return Err(fields.into_error());
    };
    if user.factor_since.is_none() {
        return Err(NO_FACTOR.into());
    }

    let verified = verify_factor(&app, &limiter, user.id, &answer).await?;

    let notice = security_notice(&app, user.id, SecurityEvent::FactorRemoved);
    let audit = info.audit(&app, actions::FACTOR_REMOVED).by_owner(user.id);
    let factors = Factors(app.store());
    match factors
        .disable(&session, verified.proof(), &notice, &audit)
        .await?
    {
        FactorOutcome::Done => Ok(StatusCode::NO_CONTENT),
        FactorOutcome::ChangedMeanwhile => Err(INVALID_CODE.into()),
        FactorOutcome::SessionEnded => Err(ApiError::unauthenticated()),
    }
}
