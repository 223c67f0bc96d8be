use accounts::account::User;
use accounts::actions;
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::link::{LinkKind, LinkToken, Links, Worth};
use accounts::password::{NewPassword, Passwords};
use api::{
    Answer, App, CHANGED_MEANWHILE, Endpoint, ErrorCode, Errors, Json, RequestInfo, endpoint,
};
use axum::extract::State;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use store::Attempts;
use utoipa::ToSchema;

use crate::new_password::check_new_password;

pub const ENDPOINT: Endpoint = endpoint!(reset_password)
    .with_slash()
    .formerly(&[("POST", "/api/auth/reset-password")])
    .refusing(&[INVALID_TOKEN, TOKEN_EXPIRED]);

/// The link is not one, or not any more.
const INVALID_TOKEN: ErrorCode = ErrorCode::bad_request("invalid_token", "The link is not valid. Ask for a new one.").when(
    "the token of a mailed link is missing, malformed, unknown, used, of another kind, or replaced by a newer one",
);

/// The link is a right one, and its time is over.
const TOKEN_EXPIRED: ErrorCode =
    ErrorCode::bad_request("token_expired", "The link has expired. Ask for a new one.")
        .when("the token of a mailed link, too late");

/// A new password, by the mailed link.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ResetPassword {
    /// The token of the mailed link.
    #[schema(required, value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    #[serde(default)]
    token: SecretString,
    /// 12 to 128 characters, none of the common ones, without the names or the local part of the e-mail address.
    #[schema(required, value_type = String, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password: SecretString,
    /// The new password again, to rule out a slip of the hand.
    #[schema(required, value_type = String, example = "correct horse battery", format = Password)]
    #[serde(default, alias = "password2")]
    password_confirm: SecretString,
}

/// The password is the new one.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordReset {
    /// A sentence that says what happens next.
    #[schema(example = "Your password has been changed. Log in with the new one.")]
    message: &'static str,
}

/// Choose a new password by the mailed link.
///
/// Ends every session, every code, and every other link that could change the account; verifies its address, and tells the
/// owner by mail. A second factor stays: the next log-in asks for it. A password that is refused leaves the link good.
#[utoipa::path(
    post, path = "/api/v1/auth/password/reset", tag = "auth",
    request_body = ResetPassword,
    responses((status = 200, description = "Changed", body = PasswordReset), Errors)
)]
pub async fn reset_password(
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<ResetPassword>,
) -> Answer<axum::Json<PasswordReset>> {
    let token = LinkToken::parse(body.token.expose_secret()).ok_or(INVALID_TOKEN)?;
    let mut user = owner(&app, &token).await?;
    let password = check_new_password(&user, &body.password, &body.password_confirm)?;
    let hash = password.hash(&mut app.random());

    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let notice = security_notice(&app, user.id, SecurityEvent::PasswordChanged);
        let audit = info.audit(&app, actions::PASSWORD_RESET).by_owner(user.id);
        let new = NewPassword {
            user: &user,
            password: &hash,
            notice: &notice,
            audit: &audit,
        };
        if Passwords(app.store()).reset(&new, &token).await? {
            let message = "Your password has been changed. Log in with the new one.";
            return Ok(axum::Json(PasswordReset { message }));
        }
        // The link was used or replaced meanwhile, or somebody logged in: their session must end as well.
        user = owner(&app, &token).await?;
    }
    Err(CHANGED_MEANWHILE.into())
}

/// Finds the account that a link belongs to.
async fn owner(app: &App, token: &LinkToken) -> Answer<User> {
    let links = Links(app.store());
    match links
        .inspect(LinkKind::PasswordReset, token, app.now())
        .await?
    {
        Worth::Good(user) if !user.is_closed() => Ok(user),
        Worth::Expired(_) => Err(TOKEN_EXPIRED.into()),
        Worth::Good(_) | Worth::Replaced(_) | Worth::Unknown => Err(INVALID_TOKEN.into()),
    }
}
