use api::{
    Answer, ApiError, App, Caller, Endpoint, Errors, FactorAnswer, Fields, INVALID_CODE, Json,
    Limiter, NO_FACTOR, RequestInfo, VerifiedFactor, endpoint, verify_factor,
};
use axum::extract::State;
use domain::audit::Action;
use serde::Deserialize;
use store::FactorOutcome;
use utoipa::ToSchema;

use crate::recovery_codes::{self, RecoveryCodes};

pub const ENDPOINT: Endpoint = endpoint!(renew_recovery_codes).refusing(&[NO_FACTOR, INVALID_CODE]);

/// A fresh code of the authenticator.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RenewRecoveryCodes {
    /// The six digits that the authenticator shows. Not a recovery code: one must not make ten.
    #[schema(required, example = "012345")]
    #[serde(default)]
    code: String,
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
        return Err(NO_FACTOR.into());
    }

    let answer = FactorAnswer::Totp(code);
    let VerifiedFactor::Totp(step) = verify_factor(&app, &limiter, user.id, &answer).await? else {
        return Err(INVALID_CODE.into());
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
        FactorOutcome::ChangedMeanwhile => Err(INVALID_CODE.into()),
        FactorOutcome::SessionEnded => Err(ApiError::unauthenticated()),
    }
}
