use accounts::Me;
use accounts::actions;
use accounts::factor::{FactorOutcome, Factors, NewFactor, SETUP};
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::secrets::{FACTOR_KEY, PEPPER};
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, ErrorCode, Errors, Fields, Json, Limiter,
    PUBLIC_KEYS, RequestInfo, endpoint,
};
use axum::extract::State;
use proofs::{FactorAnswer, FactorTries, INVALID_CODE, find_step};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::recovery_codes::{self, RecoveryCodes};

pub const ENDPOINT: Endpoint = endpoint!(confirm_totp)
    .reading(&[PUBLIC_KEYS, FACTOR_KEY, PEPPER])
    .with_slash()
    .refusing(&[FACTOR_NOT_BEGUN, INVALID_CODE]);

/// No second factor waits for its first code.
const FACTOR_NOT_BEGUN: ErrorCode = ErrorCode::conflict(
    "factor_not_begun",
    "There is no second factor to confirm. Begin to set one up first.",
)
.when("the second factor is not being set up, or that took too long");

/// The first right code.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ConfirmTotp {
    /// The six digits that the authenticator shows.
    #[schema(required, value_type = String, example = "012345")]
    #[serde(default)]
    code: SecretString,
}

/// Finish setting up a second factor.
///
/// From now on every log-in asks for it. The recovery codes are shown this once. The owner hears of it by mail.
#[utoipa::path(
    post, path = "/api/v1/auth/mfa/totp/confirm", tag = "mfa",
    security(("bearer" = [])),
    request_body = ConfirmTotp,
    responses((status = 200, description = "The second factor is set up", body = RecoveryCodes), Errors)
)]
pub async fn confirm_totp(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Authenticated(Me { user, session }): Authenticated<Me>,
    Json(body): Json<ConfirmTotp>,
) -> Answer<axum::Json<RecoveryCodes>> {
    let mut fields = Fields::default();
    let Some(code) = FactorAnswer::read_code(&body.code, &mut fields) else {
        return Err(fields.into_error());
    };
    let factors = Factors(app.store());
    let pending = factors.lookup(user.id).await?;
    // DynamoDB may keep it for days beyond its time.
    let in_time = pending.filter(|totp| app.now() < totp.created_at + SETUP);
    let Some(pending) = in_time.filter(|totp| !totp.active) else {
        return Err(FACTOR_NOT_BEGUN.into());
    };

    let tries = FactorTries::inside(user.id);
    tries.take(&limiter).await?;
    let step = find_step(&app, user.id, &pending, &code).await??;
    tries.forgive(&limiter).await?;

    let (shown, hashes) = recovery_codes::make(&app, user.id).await?;
    let notice = security_notice(&app, user.id, SecurityEvent::FactorAdded);
    let audit = info.audit(&app, actions::FACTOR_ADDED).by_owner(user.id);
    let factor = NewFactor {
        session: &session,
        sealed: &pending.sealed,
        step,
        recovery_codes: hashes,
        notice: &notice,
        audit: &audit,
    };
    match factors.add(factor).await? {
        FactorOutcome::Done => Ok(axum::Json(shown)),
        FactorOutcome::ChangedMeanwhile => Err(FACTOR_NOT_BEGUN.into()),
        FactorOutcome::SessionEnded => Err(ApiError::unauthenticated()),
    }
}
