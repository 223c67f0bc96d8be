use accounts::actions;
use accounts::login::{LoginName, Logins, Proof};
use accounts::password::{PasswordHash, check_given};
use api::{
    Answer, ApiError, App, Endpoint, ErrorCode, Errors, Fields, Json, Limiter, RequestInfo,
    endpoint,
};
use axum::extract::State;
use identity::SIGNING_KEY;
use jiff::SignedDuration;
use kernel::audit::Object;
use kernel::limit::{Limit, Per};
use proofs::{DELETION_PENDING, Method, NotLetIn, Outcome, SignedIn, device_of, note, sign_in};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::candidate::{Candidate, find_owner};

pub const ENDPOINT: Endpoint = endpoint!(obtain_token)
    .reading(&[SIGNING_KEY])
    .with_slash()
    .formerly(&[
        ("POST", "/api/auth/token"),
        ("POST", "/api/auth/login"),
        ("POST", "/api/access/auth/login"),
    ])
    .limited(&[PER_CLIENT])
    .refusing(&[EMAIL_NOT_VERIFIED, INVALID_CREDENTIALS, DELETION_PENDING]);

/// The number of tries of one client, whatever the account: nobody types faster.
const PER_CLIENT: Limit = Limit {
    name: "token-client",
    quota: 5,
    window: SignedDuration::from_mins(1),
    per: Per::Client,
};

/// The password is right, and the address is not verified. Only who has the password may learn that.
const EMAIL_NOT_VERIFIED: ErrorCode =
    ErrorCode::refused("email_not_verified", "Verify your e-mail address first.")
        .when("right password, address not verified: offer another link");

/// No account has this name and this password. Which of the two is wrong is not told.
const INVALID_CREDENTIALS: ErrorCode = ErrorCode::unauthorized(
    "invalid_credentials",
    "The login or the password is not right.",
)
.when("wrong password, no such account, or it may not log in");

/// The count of wrong passwords in a row.
const TRIES: &str = "password";

/// Attempts at one password. Of two log-ins at once that renew an old hash, the second finds another hash than it checked.
const MAX_ATTEMPTS: u32 = 2;

/// A log-in with a password. Exactly one of `email`, `username` and `login`; they are read alike.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "login": "ann@example.com", "password": "correct horse battery" }))]
pub struct ObtainToken {
    /// The e-mail address of the account.
    #[schema(example = "ann@example.com")]
    #[serde(default)]
    email: Option<String>,
    /// The username of the account.
    #[schema(example = "ann.miller")]
    #[serde(default)]
    username: Option<String>,
    /// The e-mail address or the username of the account.
    #[schema(example = "ann@example.com")]
    #[serde(default)]
    login: Option<String>,
    /// The password of the account.
    #[schema(required, value_type = String, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password: SecretString,
    /// What the last log-in from this device gave as `device_token`, if it was kept. One that is not known counts as none.
    #[schema(
        value_type = Option<String>,
        example = "5f0c1f0e7b5a4d2e9c3b8a7d6e5f4c3b2a19080706050403020100ffeeddccbbaa99887766554433221100ffeeddccbbaa"
    )]
    #[serde(default)]
    device_token: Option<SecretString>,
}

/// Log in with a password.
///
/// A wrong password, an unknown name and a locked account get the same answer. An account that is to be deleted answers its
/// right password with `deletion_pending`, and a token that keeps it. After five wrong ones in a row there is a
/// pause before the next try, of 1 second and then twice as long each time up to 15 minutes; a device that the account has
/// logged in from before counts its own. At most 5 tries a minute and client.
#[utoipa::path(
    post, path = "/api/v1/auth/token", tag = "auth",
    request_body = ObtainToken,
    responses(
        (status = 200, description = "Logged in, or the second factor is asked for", body = SignedIn),
        (status = 403, description = "The proof is right, and the account may not log in", body = NotLetIn),
        Errors,
    )
)]
pub async fn obtain_token(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<ObtainToken>,
) -> Answer<axum::Json<SignedIn>> {
    let (login, password) = check(&body)?;

    let owner = find_owner(&app, &login);
    let owner = limiter.per_client_beside(&PER_CLIENT, owner).await?;
    let device = device_of(&info, body.device_token.as_ref());
    let account = Candidate::look_up(&app, device, login, owner);
    let mut account = limiter.per_network_beside(&PER_CLIENT, account).await?;
    let subject = account.subject();
    limiter.try_of(TRIES, &subject).await?;

    for _ in 0..MAX_ATTEMPTS {
        let Some((user, hash)) = account.open(password, app.now()) else {
            break;
        };
        if !user.email_verified {
            limiter.forgive(TRIES, &subject).await?;
            note(Method::Password, Outcome::Unverified);
            return Err(EMAIL_NOT_VERIFIED.into());
        }
        let renewed =
            (!hash.is_current()).then(|| PasswordHash::renew(password, &mut app.random()));
        let proof = Proof::Password {
            current: hash.expose(),
            renewed: renewed.as_ref(),
        };
        let signing_in = sign_in(&app, &info, user, account.device(), proof);
        let signed_in = limiter.forgive_beside(TRIES, &subject, signing_in);
        if let Some(signed_in) = signed_in.await? {
            return Ok(axum::Json(signed_in));
        }
        account.look_again(&app).await?;
    }
    Err(refuse(&app, &info).await?)
}

fn check(body: &ObtainToken) -> Result<(LoginName, &str), ApiError> {
    let mut fields = Fields::default();
    let names = [
        ("email", &body.email),
        ("username", &body.username),
        ("login", &body.login),
    ];
    let given: Vec<_> = names
        .into_iter()
        .filter_map(|(field, text)| Some((field, text.as_deref()?)))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    let login = match given[..] {
        [] => fields.check("login", LoginName::parse("")),
        [(field, text)] => fields.check(field, LoginName::parse(text)),
        _ => fields.check("login", Err("Give one of email, username and login.")),
    };
    let password = fields.check("password", check_given(body.password.expose_secret()));
    login.zip(password).ok_or_else(|| fields.into_error())
}

/// Records a failed log-in. The answer is the same whatever was wrong: it must not tell whether there is an account.
async fn refuse(app: &App, info: &RequestInfo) -> Answer<ApiError> {
    let audit = info
        .audit(app, actions::LOGIN_FAILED)
        .on(Object::the("password"));
    Logins(app.store()).record_failure(&audit.failed()).await?;
    note(Method::Password, Outcome::Refused);
    Ok(INVALID_CREDENTIALS.into())
}
