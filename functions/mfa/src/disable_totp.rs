use api::{
    Answer, ApiError, App, Caller, Endpoint, Errors, FactorAnswer, Fields, INVALID_CODE, Json,
    Limiter, NO_FACTOR, RequestInfo, endpoint, verify_factor,
};
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::Action;
use domain::task::{SecurityEvent, Work};
use serde::Deserialize;
use store::FactorOutcome;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(disable_totp).refusing(&[NO_FACTOR, INVALID_CODE]);

/// The second factor, one last time. Exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "code": "012345" }))]
pub struct DisableTotp {
    /// The six digits that the authenticator shows.
    #[schema(example = "012345")]
    #[serde(default)]
    code: Option<String>,
    /// A recovery code.
    #[schema(example = "7K2QF-9XM4D")]
    #[serde(default)]
    recovery_code: Option<String>,
}

/// Take the second factor away.
///
/// Needs a fresh code of it, or a recovery code: an access token is not enough. All recovery codes go with it. The owner
/// hears of it by mail.
#[utoipa::path(
    post, path = "/api/v1/auth/mfa/totp/disable/", tag = "mfa",
    security(("bearer" = [])),
    request_body = DisableTotp,
    responses((status = 204, description = "No second factor is asked for any more"), Errors)
)]
pub async fn disable_totp(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Caller { user, session }: Caller,
    Json(body): Json<DisableTotp>,
) -> Answer<StatusCode> {
    let mut fields = Fields::default();
    let (code, recovery_code) = (body.code.as_deref(), body.recovery_code.as_deref());
    let Some(answer) = FactorAnswer::read(code, recovery_code, &mut fields) else {
        return Err(fields.into_error());
    };
    if user.factor_since.is_none() {
        return Err(NO_FACTOR.into());
    }

    let verified = verify_factor(&app, &limiter, user.id, &answer).await?;

    let notice = app.task(Work::SendSecurityNotice {
        user_id: user.id,
        event: SecurityEvent::FactorRemoved,
        at: app.now(),
    });
    let object = format!("user/{}", user.id);
    let audit = app.audit(Action::FactorRemoved, Some(user.id), object, &info.origin());
    let factors = app.store().factors();
    match factors
        .disable(&session, verified.proof(), &notice, &audit)
        .await?
    {
        FactorOutcome::Done => Ok(StatusCode::NO_CONTENT),
        FactorOutcome::ChangedMeanwhile => Err(INVALID_CODE.into()),
        FactorOutcome::SessionEnded => Err(ApiError::unauthenticated()),
    }
}
