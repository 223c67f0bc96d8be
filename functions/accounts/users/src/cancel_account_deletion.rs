use accounts::actions;
use accounts::ending::Endings;
use accounts::link::{LinkKind, LinkToken, Links, Worth};
use api::{Answer, App, Endpoint, ErrorCode, Errors, Json, RequestInfo, endpoint};
use axum::extract::State;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(cancel_account_deletion)
    .with_slash()
    .refusing(&[INVALID_TOKEN, TOKEN_EXPIRED]);

/// The link is not one, or not any more.
const INVALID_TOKEN: ErrorCode = ErrorCode::bad_request("invalid_token", "The link is not valid.").when(
    "the token of a mailed link is missing, malformed, unknown, used, of another kind, or replaced by a newer one",
);

/// The link is a right one, and its time is over.
const TOKEN_EXPIRED: ErrorCode = ErrorCode::bad_request("token_expired", "The link has expired.")
    .when("the token of a mailed link, too late");

/// The link that keeps an account.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CancelAccountDeletion {
    /// The token of the mailed link.
    #[schema(required, value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    #[serde(default)]
    token: SecretString,
}

/// An account that stays after all.
#[derive(Debug, Serialize, ToSchema)]
pub struct CancelledDeletion {
    /// A sentence that says what happened.
    #[schema(example = "Your account stays. You can log in again.")]
    message: &'static str,
}

/// Keep an account that was to be deleted.
///
/// The link alone is enough, since nobody can log in to such an account. It logs nobody in.
#[utoipa::path(
    post, path = "/api/v1/users/me/deletion/cancel", tag = "users",
    request_body = CancelAccountDeletion,
    responses((status = 200, description = "The account stays", body = CancelledDeletion), Errors)
)]
pub async fn cancel_account_deletion(
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<CancelAccountDeletion>,
) -> Answer<axum::Json<CancelledDeletion>> {
    let token = LinkToken::parse(body.token.expose_secret()).ok_or(INVALID_TOKEN)?;
    let links = Links(app.store());
    let user = match links
        .inspect(LinkKind::DeletionCancel, &token, app.now())
        .await?
    {
        Worth::Good(user) => user,
        Worth::Expired(_) => return Err(TOKEN_EXPIRED.into()),
        Worth::Replaced(_) | Worth::Unknown => return Err(INVALID_TOKEN.into()),
    };

    let audit = info
        .audit(&app, actions::DELETION_CANCELLED)
        .by_owner(user.id);
    let accounts = Endings(app.store());
    if !accounts.cancel_deletion(user.id, &token, &audit).await? {
        return Err(INVALID_TOKEN.into());
    }

    let message = "Your account stays. You can log in again.";
    Ok(axum::Json(CancelledDeletion { message }))
}
