use api::{Answer, ApiError, App, Endpoint, Errors, Fields, Json, Limiter, RequestInfo, endpoint};
use axum::extract::State;
use domain::audit::{Action, Entry};
use domain::code::OneTimeCode;
use domain::email::EmailAddress;
use domain::id::SessionId;
use domain::limit::Limit;
use domain::session::Session;
use domain::user::User;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::LoginOutcome;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(verify_otp);

/// Tries of one client, whatever the address. The code itself dies after five wrong ones.
const PER_CLIENT: Limit = Limit {
    name: "otp-verify-client",
    quota: 5,
    window: SignedDuration::from_mins(10),
};

/// A log-in with a one-time code.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VerifyOtp {
    /// The address the code was sent to.
    #[schema(required, example = "ann@example.com")]
    #[serde(default)]
    email: String,
    /// The six digits.
    #[schema(required, example = "012345")]
    #[serde(default)]
    code: String,
}

/// Logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedIn {
    /// For calls, as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    access: String,
    /// For new tokens. Good once.
    #[schema(example = "eyJ0eXAiOiJydCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    refresh: String,
    /// The account.
    user: LoggedInUser,
}

/// The account that logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedInUser {
    /// Its id.
    id: Uuid,
    /// Its address.
    #[schema(example = "ann@example.com")]
    email: String,
    /// First name, or empty.
    #[schema(example = "Ann")]
    first_name: String,
    /// Last name, or empty.
    #[schema(example = "Miller")]
    last_name: String,
    /// `admin` or `user`.
    #[schema(example = "user")]
    role: &'static str,
}

/// Log in with a one-time code.
///
/// A wrong code and an unknown address get the same answer. A code logs in once; five tries end it. At most 5 tries in 10
/// minutes and client.
#[utoipa::path(
    post, path = "/api/v1/auth/otp/verify/", tag = "auth",
    request_body = VerifyOtp,
    responses((status = 200, description = "Logged in", body = LoggedIn), Errors)
)]
pub async fn verify_otp(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<VerifyOtp>,
) -> Answer<axum::Json<LoggedIn>> {
    limiter.per_client(&PER_CLIENT).await?;
    let (email, code) = check(&body)?;

    let Some(hash) = right_code(&app, &email, &code).await? else {
        return Err(refuse(&app, &info).await?);
    };
    let Some(user) = app.store().users().find_by_email(&email).await? else {
        return Err(refuse(&app, &info).await?);
    };

    let session = begin_session(&app, &user, &info);
    let audit = app.audit(
        Action::Login,
        Some(user.id),
        format!("session/{}", session.id),
        &info.origin(),
    );
    // Signed before the code is spent: without a signing key nothing is lost, and the code can be used again.
    let tokens = app.issue_tokens(&session, &user).await?;
    match app
        .store()
        .codes()
        .log_in(&email, &hash, &session, &audit)
        .await?
    {
        LoginOutcome::LoggedIn => {}
        LoginOutcome::Spent | LoginOutcome::NotAllowed => return Err(refuse(&app, &info).await?),
    }

    let user = LoggedInUser {
        id: user.id.uuid(),
        email: user.email.into(),
        first_name: user.first_name.to_string(),
        last_name: user.last_name.to_string(),
        role: user.role.as_str(),
    };
    Ok(axum::Json(LoggedIn {
        access: tokens.access,
        refresh: tokens.refresh,
        user,
    }))
}

fn check(body: &VerifyOtp) -> Result<(EmailAddress, OneTimeCode), ApiError> {
    let mut fields = Fields::default();
    let email = fields.check("email", EmailAddress::parse(&body.email));
    let code = fields.check(
        "code",
        OneTimeCode::parse(&body.code).ok_or("Enter the six digits of the code."),
    );
    email.zip(code).ok_or_else(|| fields.into_error())
}

/// The hash of the address's code, if the one given is right and in time. Takes a try first, compares after.
async fn right_code(app: &App, email: &EmailAddress, code: &OneTimeCode) -> Answer<Option<String>> {
    let pepper = app.pepper().await?;
    let Some(tried) = app.store().codes().take_try(email).await? else {
        return Ok(None);
    };
    if !pepper.matches(email, code, &tried.hash) {
        return Ok(None);
    }
    // Only who has the right code learns that it is too old.
    if app.now() >= tried.expires_at {
        return Err(ApiError::bad_request("otp_expired", "OTP code has expired"));
    }
    Ok(Some(tried.hash))
}

/// Records the failure. The answer is the same whatever was wrong: it must not tell whether there is an account.
async fn refuse(app: &App, info: &RequestInfo) -> Answer<ApiError> {
    let audit = app.audit(Action::LoginFailed, None, "otp".to_owned(), &info.origin());
    app.store()
        .codes()
        .record_failure(&Entry {
            success: false,
            ..audit
        })
        .await?;
    Ok(ApiError::bad_request(
        "invalid_otp",
        "Invalid email or OTP code",
    ))
}

fn begin_session(app: &App, user: &User, info: &RequestInfo) -> Session {
    let now = app.now();
    Session {
        id: SessionId::new(now, &mut app.random()),
        user_id: user.id,
        generation: 1,
        created_at: now,
        rotated_at: now,
        expires_at: now + app.settings().tokens.refresh_lifetime,
        revocation: None,
        client: info.client.to_string(),
        agent: info.agent.clone(),
    }
}
