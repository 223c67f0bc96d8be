use accounts::Me;
use accounts::actions;
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::password::{ChangeOutcome, NewPassword, Passwords};
use api::{
    Answer, ApiError, App, Authenticated, CHANGED_MEANWHILE, Endpoint, Errors, Json, Limiter,
    PUBLIC_KEYS, RequestInfo, endpoint,
};
use axum::extract::State;
use proofs::{WRONG_PASSWORD, check_password};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::Attempts;
use utoipa::ToSchema;

use crate::new_password::check_new_password;

pub const ENDPOINT: Endpoint = endpoint!(change_password)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .refusing(&[WRONG_PASSWORD]);

/// A new password, in place of the current one.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangePassword {
    /// The password that the account has now.
    #[schema(required, value_type = String, example = "staple horse correct", format = Password)]
    #[serde(default)]
    current_password: SecretString,
    /// 12 to 128 characters, none of the common ones, without the names or the local part of the e-mail address.
    #[schema(required, value_type = String, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password: SecretString,
    /// The new password again, to rule out a slip of the hand.
    #[schema(required, value_type = String, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password_confirm: SecretString,
}

/// The password is the new one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedPassword {
    /// A sentence that says what else happened.
    #[schema(example = "Your password has been changed. All other sessions have ended.")]
    message: &'static str,
}

/// Change the caller's password.
///
/// Ends every other session, every code, and every link that could change the account, and tells the owner by mail.
#[utoipa::path(
    post, path = "/api/v1/auth/password/change", tag = "auth",
    security(("bearer" = [])),
    request_body = ChangePassword,
    responses((status = 200, description = "Changed", body = ChangedPassword), Errors)
)]
pub async fn change_password(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Authenticated(caller): Authenticated<Me>,
    Json(body): Json<ChangePassword>,
) -> Answer<axum::Json<ChangedPassword>> {
    let (id, passwords) = (caller.user.id, Passwords(app.store()));
    let password = check_new_password(&caller.user, &body.password, &body.password_confirm)?;
    // Read before it is checked: what was checked is then what is replaced, or the change is refused.
    let read = passwords.lookup_with_user(id).await?;
    let (mut user, current) = read.ok_or_else(ApiError::unauthenticated)?;
    check_password(&app, &limiter, id, &body.current_password).await?;
    let hash = password.hash(&mut app.random());
    let mut session = caller.session;

    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let notice = security_notice(&app, id, SecurityEvent::PasswordChanged);
        let audit = info.audit(&app, actions::PASSWORD_CHANGED).by_owner(id);
        let new = NewPassword {
            user: &user,
            password: &hash,
            notice: &notice,
            audit: &audit,
        };
        match passwords.change(&new, current.expose(), &session).await? {
            ChangeOutcome::Changed => {
                let message = "Your password has been changed. All other sessions have ended.";
                return Ok(axum::Json(ChangedPassword { message }));
            }
            ChangeOutcome::SessionEnded => return Err(ApiError::unauthenticated()),
            // Somebody logged in meanwhile, and that session must end as well; or the password is another one by now; or
            // the caller would not be let in any more.
            ChangeOutcome::ChangedMeanwhile => {
                let read = Me::look_up(app.store(), id, session.id).await?;
                let let_in = read.filter(|me| me.session.lets_in(&me.user, app.now()));
                Me { user, session } = let_in.ok_or_else(ApiError::unauthenticated)?;
            }
        }
    }
    Err(CHANGED_MEANWHILE.into())
}
