use accounts::Me;
use accounts::actions;
use accounts::factor::{FactorOutcome, Factors};
use accounts::secrets::{FACTOR_KEY, PEPPER};
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, Fields, Json, Limiter, PUBLIC_KEYS,
    RequestInfo, endpoint,
};
use axum::extract::State;
use proofs::{CODE_USED, FactorAnswer, INVALID_CODE, NO_FACTOR, VerifiedFactor, verify_factor};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::recovery_codes::{self, RecoveryCodes};

pub const ENDPOINT: Endpoint = endpoint!(renew_recovery_codes)
    .reading(&[PUBLIC_KEYS, FACTOR_KEY, PEPPER])
    .with_slash()
    .refusing(&[NO_FACTOR, INVALID_CODE, CODE_USED]);

/// A fresh code of the authenticator.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RenewRecoveryCodes {
    /// The six digits that the authenticator shows. Not a recovery code: one must not make ten.
    #[schema(required, value_type = String, example = "012345")]
    #[serde(default)]
    code: SecretString,
}

/// Get new recovery codes.
///
/// They take the place of all old ones, and are shown this once.
#[utoipa::path(
    post, path = "/api/v1/auth/mfa/recovery-codes", tag = "mfa",
    security(("bearer" = [])),
    request_body = RenewRecoveryCodes,
    responses((status = 200, description = "Ten new codes", body = RecoveryCodes), Errors)
)]
pub async fn renew_recovery_codes(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Authenticated(Me { user, session }): Authenticated<Me>,
    Json(body): Json<RenewRecoveryCodes>,
) -> Answer<axum::Json<RecoveryCodes>> {
    let mut fields = Fields::default();
    let Some(code) = FactorAnswer::read_code(&body.code, &mut fields) else {
        return Err(fields.into_error());
    };
    if user.factor_since.is_none() {
        return Err(NO_FACTOR.into());
    }

    let answer = FactorAnswer::Totp(code);
    let VerifiedFactor::Totp(step) = verify_factor(&app, &limiter, user.id, &answer).await? else {
        return Err(INVALID_CODE.into());
    };

    let (shown, hashes) = recovery_codes::make(&app, user.id).await?;
    let action = actions::RECOVERY_CODES_RENEWED;
    let audit = info.audit(&app, action).by_owner(user.id);
    let factors = Factors(app.store());
    match factors
        .renew_recovery_codes(&session, step, hashes, &audit)
        .await?
    {
        FactorOutcome::Done => Ok(axum::Json(shown)),
        FactorOutcome::ChangedMeanwhile => Err(CODE_USED.into()),
        FactorOutcome::SessionEnded => Err(ApiError::unauthenticated()),
    }
}
