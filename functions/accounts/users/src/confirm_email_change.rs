use accounts::actions;
use accounts::email_change::{EmailChangeOutcome, EmailChanges};
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::link::{LinkKind, LinkToken, Links, Worth};
use api::{Answer, App, Endpoint, ErrorCode, Errors, Json, RequestInfo, endpoint};
use axum::extract::State;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(confirm_email_change).with_slash().refusing(&[
    INVALID_TOKEN,
    TOKEN_EXPIRED,
    EMAIL_TAKEN,
]);

/// The link is not one, or not any more.
const INVALID_TOKEN: ErrorCode = ErrorCode::bad_request("invalid_token", "The link is not valid. Ask for a new one.").when(
    "the token of a mailed link is missing, malformed, unknown, used, of another kind, or replaced by a newer one",
);

/// The link is a right one, and its time is over.
const TOKEN_EXPIRED: ErrorCode =
    ErrorCode::bad_request("token_expired", "The link has expired. Ask for a new one.")
        .when("the token of a mailed link, too late");

/// Told only to who has shown that the mailbox is theirs.
const EMAIL_TAKEN: ErrorCode =
    ErrorCode::conflict("email_taken", "Another account has this address.")
        .when("the address was taken between asking and confirming");

/// The link that was mailed to the new address.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ConfirmEmailChange {
    /// The token of the mailed link.
    #[schema(required, value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    #[serde(default)]
    token: SecretString,
}

/// The account has its new address.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedEmail {
    /// A sentence that says what happened.
    #[schema(example = "Your e-mail address has been changed.")]
    message: &'static str,
    /// The address the account has now.
    #[schema(example = "ann.miller@example.com")]
    email: String,
}

/// Change an account's address by the link mailed to the new one.
///
/// Needs no log-in: whoever asked for the change gave the password. Codes and links sent to the old address are dead, sessions
/// go on, and the old address is told, with a link that takes the change back. Nobody else can have the old address while
/// that link is good.
#[utoipa::path(
    post, path = "/api/v1/users/me/email/confirm", tag = "users",
    request_body = ConfirmEmailChange,
    responses((status = 200, description = "Changed", body = ChangedEmail), Errors)
)]
pub async fn confirm_email_change(
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<ConfirmEmailChange>,
) -> Answer<axum::Json<ChangedEmail>> {
    let token = LinkToken::parse(body.token.expose_secret()).ok_or(INVALID_TOKEN)?;
    let links = Links(app.store());
    let user = match links
        .inspect(LinkKind::EmailChange, &token, app.now())
        .await?
    {
        Worth::Good(user) => user,
        Worth::Expired(_) => return Err(TOKEN_EXPIRED.into()),
        Worth::Replaced(_) | Worth::Unknown => return Err(INVALID_TOKEN.into()),
    };

    let notice = security_notice(&app, user.id, SecurityEvent::EmailChanged);
    let audit = info.audit(&app, actions::EMAIL_CHANGED).by_owner(user.id);
    let changes = EmailChanges(app.store());
    match changes.confirm(&user, &token, &notice, &audit).await? {
        EmailChangeOutcome::Changed => {}
        EmailChangeOutcome::Taken => return Err(EMAIL_TAKEN.into()),
        EmailChangeOutcome::ChangedMeanwhile => return Err(INVALID_TOKEN.into()),
    }

    Ok(axum::Json(ChangedEmail {
        message: "Your e-mail address has been changed.",
        email: user.pending_email.map(String::from).unwrap_or_default(),
    }))
}
