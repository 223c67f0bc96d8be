use accounts::account::Users;
use accounts::actions;
use accounts::code::OneTimeCode;
use accounts::login::{Logins, Proof};
use accounts::secrets::PEPPER;
use api::{
    Answer, ApiError, App, Endpoint, ErrorCode, Errors, Fields, Json, Limiter, RequestInfo,
    endpoint,
};
use axum::extract::State;
use identity::SIGNING_KEY;
use jiff::SignedDuration;
use kernel::audit::Object;
use kernel::email::EmailAddress;
use kernel::limit::{Limit, Per};
use proofs::{
    CodeAnswer, DELETION_PENDING, Guesser, Method, NotLetIn, Outcome, SignedIn, check_code,
    device_of, note, sign_in,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::candidate::id_or_nobodys;

pub const ENDPOINT: Endpoint = endpoint!(verify_otp)
    .reading(&[PEPPER, SIGNING_KEY])
    .with_slash()
    .limited(&[PER_CLIENT])
    .refusing(&[OTP_EXPIRED, INVALID_OTP, DELETION_PENDING]);

/// The number of tries of one client, whatever the address. The code itself dies after five wrong ones.
const PER_CLIENT: Limit = Limit {
    name: "otp-verify-client",
    quota: 5,
    window: SignedDuration::from_mins(10),
    per: Per::Client,
};

/// The code is right, and its time is over.
const OTP_EXPIRED: ErrorCode =
    ErrorCode::bad_request("otp_expired", "OTP code has expired").when("the right code, too late");

/// The code is another one, or there is none. Whether there is an account is not told.
const INVALID_OTP: ErrorCode = ErrorCode::bad_request("invalid_otp", "Invalid email or OTP code")
    .when(
        "wrong code or address, code used, replaced or out of tries, or the account may not log in",
    );

/// A log-in with a one-time code.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VerifyOtp {
    /// The address the code was sent to.
    #[schema(required, example = "ann@example.com")]
    #[serde(default)]
    email: String,
    /// The six digits of the code.
    #[schema(required, value_type = String, example = "012345")]
    #[serde(default)]
    code: SecretString,
    /// What the last log-in from this device gave as `device_token`, if it was kept. One that is not known counts as none.
    #[schema(
        value_type = Option<String>,
        example = "5f0c1f0e7b5a4d2e9c3b8a7d6e5f4c3b2a19080706050403020100ffeeddccbbaa99887766554433221100ffeeddccbbaa"
    )]
    #[serde(default)]
    device_token: Option<SecretString>,
}

/// Log in with a one-time code.
///
/// A wrong code and an unknown address get the same answer. A code logs in once; five tries end it. At most 5 tries in 10
/// minutes and client.
#[utoipa::path(
    post, path = "/api/v1/auth/otp/verify", tag = "auth",
    request_body = VerifyOtp,
    responses(
        (status = 200, description = "Logged in, or the second factor is asked for", body = SignedIn),
        (status = 403, description = "The proof is right, and the account may not log in", body = NotLetIn),
        Errors,
    )
)]
pub async fn verify_otp(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<VerifyOtp>,
) -> Answer<axum::Json<SignedIn>> {
    let (email, code) = check(&body)?;

    let (users, logins) = (Users(app.store()), Logins(app.store()));
    let owner = users.find_id_by_email(&email);
    let owner = limiter.per_client_beside(&PER_CLIENT, owner).await?;
    // With no account the same is read: neither answer nor time may tell whether there is one.
    let id = id_or_nobodys(&app, owner);
    let device = device_of(&info, body.device_token.as_ref());
    let arrival = logins.arrive(id, device, app.now());
    let arrival = limiter.per_network_beside(&PER_CLIENT, arrival).await?;

    let guesser = Guesser::AtDoor(&limiter, id, &arrival.device);
    let hash = match check_code(&app, guesser, &email, &code).await? {
        CodeAnswer::Right(hash) => hash,
        CodeAnswer::Late => {
            note(Method::Code, Outcome::Expired);
            return Err(OTP_EXPIRED.into());
        }
        CodeAnswer::Wrong => return Err(refuse(&app, &info).await?),
    };
    let Some((user, _)) = &arrival.account else {
        return Err(refuse(&app, &info).await?);
    };

    let proof = Proof::Code {
        email: &email,
        hash: &hash,
    };
    match sign_in(&app, &info, user, &arrival.device, proof).await? {
        Some(signed_in) => Ok(axum::Json(signed_in)),
        None => Err(refuse(&app, &info).await?),
    }
}

fn check(body: &VerifyOtp) -> Result<(EmailAddress, OneTimeCode), ApiError> {
    let mut fields = Fields::default();
    let email = fields.check("email", EmailAddress::parse(&body.email));
    let code = fields.check(
        "code",
        OneTimeCode::parse(body.code.expose_secret()).ok_or("Enter the six digits of the code."),
    );
    email.zip(code).ok_or_else(|| fields.into_error())
}

/// Records a failed log-in. The answer is the same whatever was wrong: it must not tell whether there is an account.
async fn refuse(app: &App, info: &RequestInfo) -> Answer<ApiError> {
    let audit = info
        .audit(app, actions::LOGIN_FAILED)
        .on(Object::the("otp"));
    Logins(app.store()).record_failure(&audit.failed()).await?;
    note(Method::Code, Outcome::Refused);
    Ok(INVALID_OTP.into())
}
