use accounts::account::User;
use accounts::actions;
use accounts::factor::{Challenge, Challenges};
use accounts::link::LinkToken;
use accounts::login::Logins;
use accounts::password::PasswordHash;
use accounts::secrets::{FACTOR_KEY, PEPPER};
use api::{
    Answer, ApiError, App, Endpoint, ErrorCode, Errors, Fields, Json, Limiter, RequestInfo,
    endpoint,
};
use axum::extract::State;
use identity::SIGNING_KEY;
use jiff::{SignedDuration, Timestamp};
use kernel::limit::{Limit, Per};
use proofs::{
    CODE_USED, DELETION_PENDING, FactorAnswer, FactorTries, INVALID_CODE, LoggedIn, Method,
    NotLetIn, Outcome, SignedIn, device_of, judge_factor, note, sign_in,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(answer_challenge)
    .reading(&[FACTOR_KEY, PEPPER, SIGNING_KEY])
    .with_slash()
    .limited(&[PER_CLIENT])
    .refusing(&[
        INVALID_CHALLENGE,
        CHALLENGE_EXPIRED,
        INVALID_CODE,
        CODE_USED,
        DELETION_PENDING,
    ]);

/// Answers of one client, whatever the account. A challenge dies after five wrong ones, and the account counts them too.
const PER_CLIENT: Limit = Limit {
    name: "challenge-client",
    quota: 10,
    window: SignedDuration::from_mins(10),
    per: Per::Client,
};

/// The challenge is a right one, and its time is over.
const CHALLENGE_EXPIRED: ErrorCode =
    ErrorCode::bad_request("challenge_expired", "This took too long. Log in again.")
        .when("challenge older than 5 minutes: begin at the door again");

/// The challenge cannot be answered.
const INVALID_CHALLENGE: ErrorCode =
    ErrorCode::bad_request("invalid_challenge", "This log-in is over. Log in again.")
        .when("challenge unknown, used, or out of tries: begin at the door again");

/// An answer to a challenge: it, and exactly one of the two codes.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "challenge": "67e55044-10b1-426f-9247-bb680e5fe0c8", "code": "012345" }))]
pub struct AnswerChallenge {
    /// What the door gave instead of tokens.
    #[schema(required, value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    #[serde(default)]
    challenge: SecretString,
    /// The six digits that the authenticator shows.
    #[schema(value_type = Option<String>, example = "012345")]
    #[serde(default)]
    code: Option<SecretString>,
    /// A recovery code, where the authenticator is not at hand.
    #[schema(value_type = Option<String>, example = "7K2QF-9XM4D")]
    #[serde(default)]
    recovery_code: Option<SecretString>,
    /// What the last log-in from this device gave as `device_token`, if it was kept. One that is not known counts as none.
    #[schema(
        value_type = Option<String>,
        example = "5f0c1f0e7b5a4d2e9c3b8a7d6e5f4c3b2a19080706050403020100ffeeddccbbaa99887766554433221100ffeeddccbbaa"
    )]
    #[serde(default)]
    device_token: Option<SecretString>,
}

/// Log in with the second factor.
///
/// Follows a challenge within 5 minutes. Every code is good once. Five tries end a challenge; five wrong ones of an account in
/// a row, whatever the challenge, cost pauses from 1 second to 15 minutes. At most 10 tries in 10 minutes and client.
#[utoipa::path(
    post, path = "/api/v1/auth/mfa/verify", tag = "mfa",
    request_body = AnswerChallenge,
    responses(
        (status = 200, description = "Logged in", body = LoggedIn),
        (status = 403, description = "The proof is right, and the account may not log in", body = NotLetIn),
        Errors,
    )
)]
pub async fn answer_challenge(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<AnswerChallenge>,
) -> Answer<axum::Json<SignedIn>> {
    let (token, answer) = check(&body)?;
    let (challenges, logins) = (Challenges(app.store()), Logins(app.store()));
    let (digest, now) = (token.digest(), app.now());

    let challenge = challenges.find_open(&digest);
    let challenge = limiter.per_client_beside(&PER_CLIENT, challenge).await?;
    let arrival = async {
        let Some(challenge) = &challenge else {
            return Ok(None);
        };
        let device = device_of(&info, body.device_token.as_ref());
        let arrival = logins.arrive_with_factor(challenge.user_id, device, answer.kind(), now);
        arrival.await.map(Some)
    };
    let arrival = limiter.per_network_beside(&PER_CLIENT, arrival).await?;
    let (challenge, (arrival, stored)) = challenge.zip(arrival).ok_or(INVALID_CHALLENGE)?;
    let method = Method::from(answer.kind());
    let user = open(&challenge, arrival.account, now).inspect_err(|reason| {
        let is_late = reason.code() == CHALLENGE_EXPIRED.code();
        let outcome = if is_late {
            Outcome::Expired
        } else {
            Outcome::Refused
        };
        note(method, outcome);
    })?;

    // The account's pause first: who comes too early must not use the challenge up.
    let tries = FactorTries::at_door(user.id, &arrival.device);
    tries.take(&limiter).await?;
    if !challenges.take_try(&challenge.digest).await? {
        return Err(INVALID_CHALLENGE.into());
    }

    let factor = match judge_factor(&app, user.id, &answer, &stored).await? {
        Ok(factor) => factor,
        Err(reason) => return Err(refuse(&app, &info, (&user, method), reason).await?),
    };
    let proof = factor.answer_to(&challenge);
    let signing_in = sign_in(&app, &info, &user, &arrival.device, proof);
    match tries.forgive_beside(&limiter, signing_in).await? {
        Some(signed_in) => Ok(axum::Json(signed_in)),
        None => Err(refuse(&app, &info, (&user, method), INVALID_CODE).await?),
    }
}

fn check(body: &AnswerChallenge) -> Result<(LinkToken, FactorAnswer), ApiError> {
    let mut fields = Fields::default();
    if body.challenge.expose_secret().trim().is_empty() {
        fields.reject("challenge", "This field is required.");
    }
    let (code, recovery_code) = (body.code.as_ref(), body.recovery_code.as_ref());
    let answer = FactorAnswer::read(code, recovery_code, &mut fields);
    let Some(answer) = answer.filter(|_| fields.is_empty()) else {
        return Err(fields.into_error());
    };
    let token = LinkToken::parse(body.challenge.expose_secret()).ok_or(INVALID_CHALLENGE)?;
    Ok((token, answer))
}

/// The account that a challenge is about, if it can still be answered.
fn open(
    challenge: &Challenge,
    account: Option<(User, PasswordHash)>,
    now: Timestamp,
) -> Result<User, ErrorCode> {
    if now >= challenge.expires_at {
        return Err(CHALLENGE_EXPIRED);
    }
    let user = account.map(|(user, _)| user);
    let user = user
        .filter(|user| user.is_active() || user.can_be_kept(now))
        .filter(|user| user.factor_since.is_some())
        // Whatever ends the account's sessions ends the log-ins that are under way, too.
        .filter(|user| user.sessions_valid_from <= challenge.created_at);
    user.ok_or(INVALID_CHALLENGE)
}

/// Records the failure: somebody has the first factor and not the second.
async fn refuse(
    app: &App,
    info: &RequestInfo,
    (user, method): (&User, Method),
    reason: ErrorCode,
) -> Answer<ApiError> {
    let audit = info.audit(app, actions::LOGIN_FAILED).on(user.id).failed();
    Logins(app.store()).record_failure(&audit).await?;
    note(method, Outcome::Refused);
    Ok(reason.into())
}
