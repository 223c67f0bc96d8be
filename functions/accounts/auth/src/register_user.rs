use accounts::account::{NewUser, RegisterOutcome, User, Users};
use accounts::actions;
use accounts::jobs::{Recipient, SendVerification};
use accounts::password::Password;
use accounts::profile::{Name, Username};
use api::{Answer, ApiError, App, Endpoint, Errors, Fields, Json, Limiter, RequestInfo, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::limit::{Limit, Per};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(register_user)
    .with_slash()
    .formerly(&[
        ("POST", "/api/register"),
        ("POST", "/api/auth/register"),
        ("POST", "/api/access/users"),
    ])
    .limited(&[PER_CLIENT]);

/// Registrations of one client: a family signs up in an evening, a script does not get far.
const PER_CLIENT: Limit = Limit {
    name: "register-client",
    quota: 3,
    window: SignedDuration::from_hours(1),
    per: Per::Client,
};

/// An account to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "email": "ann@example.com",
    "password": "correct horse battery staple",
    "password_confirm": "correct horse battery staple",
    "first_name": "Ann",
    "last_name": "Miller",
}))]
pub struct RegisterUser {
    /// The address that the verification link goes to; must be nobody else's.
    #[schema(required, example = "ann@example.com")]
    #[serde(default)]
    email: String,
    /// 12 to 128 characters, none of the common ones, without the names or the local part of the e-mail address.
    #[schema(required, value_type = String, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password: SecretString,
    /// The password again, to rule out a slip of the hand.
    #[schema(required, value_type = String, example = "correct horse battery", format = Password)]
    #[serde(default, alias = "password2")]
    password_confirm: SecretString,
    /// The first name of the owner.
    #[schema(example = "Ann")]
    #[serde(default)]
    first_name: Option<String>,
    /// The last name of the owner.
    #[schema(example = "Miller")]
    #[serde(default)]
    last_name: Option<String>,
    /// A name to log in with; must be nobody else's.
    #[schema(example = "ann.miller")]
    #[serde(default)]
    username: Option<String>,
}

/// The account is there, and waits for its e-mail address to be verified.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredUser {
    /// A sentence that says what happens next.
    #[schema(example = "Registration successful. Please check your email to verify your account.")]
    message: &'static str,
    /// The address in its one form.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The id of the account.
    user_id: Uuid,
}

/// Register an account.
///
/// It can log in once its e-mail address is verified by the link that is mailed. At most 3 an hour and client.
#[utoipa::path(
    post, path = "/api/v1/auth/register", tag = "auth",
    request_body = RegisterUser,
    responses((status = 201, description = "Registered", body = RegisteredUser), Errors)
)]
pub async fn register_user(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<RegisterUser>,
) -> Answer<(StatusCode, axum::Json<RegisteredUser>)> {
    let (user, password) = check(&app, &body)?;
    limiter.per_client(&PER_CLIENT).await?;

    let task = app.task(&SendVerification(Recipient::UserId(user.id)));
    let audit = info.audit(&app, actions::CREATE).by_owner(user.id);
    let audit = limiter.network_with(audit, &PER_CLIENT);
    let new = NewUser {
        password: password.hash(&mut app.random()),
        user,
    };
    match Users(app.store())
        .register(&new, Some(&task), &audit)
        .await?
    {
        RegisterOutcome::Registered => {}
        RegisterOutcome::EmailTaken => {
            return Err(Fields::error(
                "email",
                "A user with this email already exists.",
            ));
        }
        RegisterOutcome::UsernameTaken => {
            return Err(Fields::error(
                "username",
                "A user with this username already exists.",
            ));
        }
    }

    let registered = RegisteredUser {
        message: "Registration successful. Please check your email to verify your account.",
        email: new.user.email.into(),
        user_id: new.user.id.uuid(),
    };
    Ok((StatusCode::CREATED, axum::Json(registered)))
}

/// The account the body describes, or all that is wrong with it.
fn check(app: &App, body: &RegisterUser) -> Result<(User, Password), ApiError> {
    let mut fields = Fields::default();
    let email = fields.check("email", EmailAddress::parse(&body.email));
    let [first, last] =
        [&body.first_name, &body.last_name].map(|name| name.as_deref().unwrap_or_default());
    let first_name = fields.check("first_name", Name::parse(first));
    let last_name = fields.check("last_name", Name::parse(last));
    let username = body
        .username
        .as_deref()
        .filter(|username| !username.is_empty());
    let username = username.map(|username| fields.check("username", Username::parse(username)));

    let local_part = email.as_ref().map_or("", EmailAddress::local_part);
    let about = [
        local_part,
        first.trim(),
        last.trim(),
        body.username.as_deref().unwrap_or_default(),
    ];
    let given = body.password.expose_secret();
    let password = fields.check("password", Password::parse(given, &about));
    if given != body.password_confirm.expose_secret() {
        fields.reject("password_confirm", "The two passwords are not the same.");
    }

    let (Some(email), Some(first_name), Some(last_name), Some(password)) =
        (email, first_name, last_name, password)
    else {
        return Err(fields.into_error());
    };
    if !fields.is_empty() {
        return Err(fields.into_error());
    }
    let now = app.now();
    let id = UserId::new(now, &mut app.random());
    let user = User {
        username: username.flatten(),
        first_name,
        last_name,
        ..User::new(id, email, now)
    };
    Ok((user, password))
}
