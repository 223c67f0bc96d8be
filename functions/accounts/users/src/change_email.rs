use accounts::Me;
use accounts::actions;
use accounts::email_change::EmailChanges;
use accounts::jobs::SendEmailChange;
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, Fields, Json, Limiter, PUBLIC_KEYS,
    RequestInfo, endpoint,
};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::limit::{Limit, Per};
use proofs::{WRONG_PASSWORD, check_password};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::cancel_email_change::withdraw;

pub const ENDPOINT: Endpoint = endpoint!(change_email)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["DELETE"])
    .limited(&[PER_ACCOUNT])
    .refusing(&[WRONG_PASSWORD]);

/// Mails that one account can have sent to addresses that are not its own.
const PER_ACCOUNT: Limit = Limit {
    name: "change-email-account",
    quota: 3,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// The address the account is to have.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeEmail {
    /// The new address of the account; the one it has withdraws a change that is pending.
    #[schema(required, example = "ann.miller@example.com")]
    #[serde(default)]
    email: String,
    /// The password of the account.
    #[schema(required, value_type = String, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password: SecretString,
}

/// The request is recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedEmailChange {
    /// A sentence that is the same whether or not somebody has the address. Of the account's own it says that it is kept.
    #[schema(
        example = "If the address is free, a link has been sent to it. Follow the link to change your address."
    )]
    message: &'static str,
}

/// Ask for another e-mail address.
///
/// The account keeps its address until the link that is mailed to the new one is followed. The answer is the same whether or
/// not somebody has that address; if so, no mail is sent. The link is good for a day from now, and a new request ends the link
/// of the one before. The address that the account has is no error: it withdraws what is pending, as
/// `DELETE /api/v1/users/me/email` does, and sends no mail. At most 3 mails an hour.
#[utoipa::path(
    post, path = "/api/v1/users/me/email", tag = "users",
    security(("bearer" = [])),
    request_body = ChangeEmail,
    responses((status = 200, description = "Recorded", body = RequestedEmailChange), Errors)
)]
pub async fn change_email(
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    Authenticated(caller): Authenticated<Me>,
    Json(body): Json<ChangeEmail>,
) -> Answer<axum::Json<RequestedEmailChange>> {
    let email = EmailAddress::parse(&body.email).map_err(|error| Fields::error("email", error))?;
    let Me { user, session } = &caller;
    check_password(&app, &limiter, user.id, &body.password).await?;
    if email == user.email {
        withdraw(&app, &info, &caller).await?;
        let message = "Your account keeps the address that it has.";
        return Ok(axum::Json(RequestedEmailChange { message }));
    }

    // The new address is not looked up here: the answer must not tell whether somebody has it.
    let task = app.task(&SendEmailChange { user_id: user.id });
    let audit = info
        .audit(&app, actions::EMAIL_CHANGE_REQUESTED)
        .by_owner(user.id);
    let audit = limiter.account_with(audit, &PER_ACCOUNT, user.id);
    let changes = EmailChanges(app.store());
    if !changes.request(session, &email, &task, &audit).await? {
        // The session or all were ended, or it was locked or is to be deleted, since the caller was let in.
        return Err(ApiError::unauthenticated());
    }

    let message = "If the address is free, a link has been sent to it. Follow the link to change your address.";
    Ok(axum::Json(RequestedEmailChange { message }))
}
