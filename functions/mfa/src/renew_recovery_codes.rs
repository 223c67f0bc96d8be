use api::{
    Answer, ApiError, App, Caller, Endpoint, Errors, FactorAnswer, Fields, Json, Limiter,
    RequestInfo, VerifiedFactor, endpoint, no_factor, verify_factor, wrong_code,
};
use axum::extract::State;
use domain::audit::Action;
use secrecy::SecretString;
use serde::Deserialize;
use store::FactorOutcome;
use utoipa::ToSchema;

use crate::recovery_codes::{self, RecoveryCodes};

pub const ENDPOINT: Endpoint = endpoint!(renew_recovery_codes);

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
    post, path = "/api/v1/auth/mfa/recovery-codes/", tag = "mfa",
    security(("bearer" = [])),
    request_body = RenewRecoveryCodes,
    responses((status = 200, description = "Ten new codes", body = RecoveryCodes), Errors)
)]
pub async fn renew_recovery_codes(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Caller { user, session }: Caller,
    Json(body): Json<RenewRecoveryCodes>,
) -> Answer<axum::Json<RecoveryCodes>> {
    let mut fields = Fields::default();
    let Some(code) = FactorAnswer::read_code(&body.code, &mut fields) else {
        return Err(fields.into_error());
    };
    if user.factor_since.is_none() {
        return Err(no_factor());
    }

    let answer = FactorAnswer::Totp(code);
    let VerifiedFactor::Totp(step) = verify_factor(&app, &limiter, user.id, &answer).await? else {
        return Err(wrong_code());
    };

    let (shown, hashes) = recovery_codes::make(&app, user.id).await?;
    let object = format!("user/{}", user.id);
    let action = Action::RecoveryCodesRenewed;
    let audit = app.audit(action, Some(user.id), object, &info.origin());
    let factors = app.store().factors();
    match factors
        .renew_recovery_codes(&session, step, hashes, &audit)
        .await?
    {
        FactorOutcome::Done => Ok(axum::Json(shown)),
        FactorOutcome::ChangedMeanwhile => Err(wrong_code()),
        FactorOutcome::SessionEnded => Err(ApiError::unauthenticated()),
    }
}
