use accounts::Me;
use accounts::actions;
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::secrets::{FACTOR_KEY, PEPPER};
use accounts::session::{ReauthenticationOutcome, Sessions};
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, Fields, Json, Limiter, PUBLIC_KEYS,
    RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use proofs::{
    CODE_USED, FactorAnswer, INVALID_CODE, VerifiedFactor, WRONG_PASSWORD, check_password,
    verify_factor,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(reauthenticate_session)
    .reading(&[PUBLIC_KEYS, FACTOR_KEY, PEPPER])
    .refusing(&[WRONG_PASSWORD, INVALID_CODE, CODE_USED]);

/// What shows again that the account is the caller's: of its second factor where it has one, otherwise its password.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "password": "correct horse battery" }))]
pub struct ReauthenticateSession {
    /// The password, of an account that has no second factor.
    #[schema(value_type = Option<String>, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password: Option<SecretString>,
    /// The six digits that the authenticator shows.
    #[schema(value_type = Option<String>, example = "012345")]
    #[serde(default)]
    code: Option<SecretString>,
    /// A recovery code, where the authenticator is not at hand.
    #[schema(value_type = Option<String>, example = "7K2QF-9XM4D")]
    #[serde(default)]
    recovery_code: Option<SecretString>,
}

/// Show again that this is you.
///
/// What is refused with `reauthentication_required` can be done in this session for the next minutes, as after a log-in. An
/// account with a second factor takes a code of it, or a recovery code, and any other its password. Five wrong ones in a row
/// cost pauses from 1 second to 15 minutes. Of a recovery code that was used the owner hears by mail.
#[utoipa::path(
    post, path = "/api/v1/auth/reauthenticate", tag = "auth",
    security(("bearer" = [])),
    request_body = ReauthenticateSession,
    responses((status = 204, description = "The session has a fresh proof"), Errors)
)]
pub async fn reauthenticate_session(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Authenticated(Me { user, session }): Authenticated<Me>,
    Json(body): Json<ReauthenticateSession>,
) -> Answer<StatusCode> {
    let factor = if user.factor_since.is_some() {
        let mut fields = Fields::default();
        let (code, recovery_code) = (body.code.as_ref(), body.recovery_code.as_ref());
        let Some(answer) = FactorAnswer::read(code, recovery_code, &mut fields) else {
            return Err(fields.into_error());
        };
        Some(verify_factor(&app, &limiter, user.id, &answer).await?)
    } else {
        let password = body
            .password
            .filter(|text| !text.expose_secret().is_empty());
        let required = || Fields::error("password", "This field is required.");
        let password = password.ok_or_else(required)?;
        check_password(&app, &limiter, user.id, &password).await?;
        None
    };

    let audit = info
        .audit(&app, actions::REAUTHENTICATED)
        .by(user.id)
        .on(session.id);
    // Whoever has found the printed codes is inside already.
    let notice = matches!(factor, Some(VerifiedFactor::RecoveryCode(_)))
        .then(|| security_notice(&app, user.id, SecurityEvent::RecoveryCodeUsed(session.id)));
    let spent = factor.as_ref().map(VerifiedFactor::proof);
    let sessions = Sessions(app.store());
    match sessions
        .reauthenticate(&session, spent, notice.as_ref(), &audit)
        .await?
    {
        ReauthenticationOutcome::Proved => Ok(StatusCode::NO_CONTENT),
        ReauthenticationOutcome::ProofSpent => {
            let reason = factor.map_or(INVALID_CODE, |factor| factor.spent_meanwhile());
            Err(reason.into())
        }
        ReauthenticationOutcome::SessionEnded => Err(ApiError::unauthenticated()),
    }
}
