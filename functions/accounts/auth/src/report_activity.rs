use accounts::actions;
use accounts::denial::Denial;
use accounts::jobs::{Recipient, SendPasswordReset};
use accounts::link::{LinkKind, LinkToken, Links, Undo};
use api::{Answer, App, Endpoint, ErrorCode, Errors, Json, RequestInfo, endpoint};
use axum::extract::State;
use kernel::audit::Object;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(report_activity)
    .with_slash()
    .refusing(&[INVALID_TOKEN, TOKEN_EXPIRED]);

/// The link is not one, or not any more.
const INVALID_TOKEN: ErrorCode = ErrorCode::bad_request("invalid_token", "The link is not valid, or was used.").when(
    "the token of a mailed link is missing, malformed, unknown, used, of another kind, or replaced by a newer one",
);

/// The link is a right one, and its time is over.
const TOKEN_EXPIRED: ErrorCode = ErrorCode::bad_request(
    "token_expired",
    "The link has expired. Choose a new password instead.",
)
.when("the token of a mailed link, too late");

/// The link of a security notice.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReportActivity {
    /// The token of the mailed link.
    #[schema(required, value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    #[serde(default)]
    token: SecretString,
}

/// The answer to an activity that was reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedActivity {
    /// What happens next; the same whatever was reported.
    #[schema(
        example = "Thank you. What was done has been stopped. Choose a new password to be safe."
    )]
    message: &'static str,
}

/// Say that something done to the account was not its owner's doing.
///
/// - A link about a new device ends that session and every later one from that device (where those are very many, all of the
///   account's), and cancels what was begun since: another address, a deletion of the account, a second factor that was set
///   up in one of those sessions in the last 24 hours.
/// - Any other link ends all sessions, makes the password useless and mails a link for a new one. It gives back a changed
///   address, takes away a second factor that was added, and cancels a deletion.
///
/// A deletion that has begun is not stopped. A link works once, for 7 days (24 hours for a second factor that was added), and
/// never later than ten days after the event.
#[utoipa::path(
    post, path = "/api/v1/auth/not-me", tag = "auth",
    request_body = ReportActivity,
    responses((status = 200, description = "Taken back", body = ReportedActivity), Errors)
)]
pub async fn report_activity(
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<ReportActivity>,
) -> Answer<axum::Json<ReportedActivity>> {
    let token = LinkToken::parse(body.token.expose_secret()).ok_or(INVALID_TOKEN)?;
    let links = Links(app.store());
    let link = links
        .find(LinkKind::NotMe, &token)
        .await?
        .ok_or(INVALID_TOKEN)?;
    let user_id = link.user_id.ok_or(INVALID_TOKEN)?;
    if app.now() >= link.expires_at {
        return Err(TOKEN_EXPIRED.into());
    }

    let reset = app.task(&SendPasswordReset(Recipient::UserId(user_id)));
    let object = match &link.undo {
        Some(Undo::Session(id)) => Object::from(*id),
        _ => Object::from(user_id),
    };
    let audit = info
        .audit(&app, actions::ACTIVITY_DENIED)
        .by(user_id)
        .on(object);
    let denial = Denial {
        link: &link,
        token: &token,
        reset: &reset,
        audit: &audit,
    };
    if !links.deny(&denial).await? {
        return Err(INVALID_TOKEN.into());
    }

    let message = "Thank you. What was done has been stopped. Choose a new password to be safe.";
    Ok(axum::Json(ReportedActivity { message }))
}
