use accounts::actions;
use accounts::jobs::{Recipient, SendPasswordReset};
use accounts::permissions::ManageUsers;
use api::{
    Answer, App, Endpoint, ErrorCode, Errors, FreshlyPermitted, Limiter, PUBLIC_KEYS, PathId,
    REAUTHENTICATION_REQUIRED, RequestInfo, endpoint,
};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::id::UserId;
use kernel::limit::{Limit, Per};
use serde::Serialize;
use store::Tasks;
use utoipa::ToSchema;

use crate::account;

pub const ENDPOINT: Endpoint = endpoint!(send_user_reset)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .limited(&[PER_ACCOUNT])
    .refusing(&[NOT_ACTIVE, REAUTHENTICATION_REQUIRED]);

/// Links for one account: who presses the button again and again must not fill a mailbox.
const PER_ACCOUNT: Limit = Limit {
    name: "user-reset",
    quota: 5,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// Nobody may log in to the account, whatever its password.
const NOT_ACTIVE: ErrorCode = ErrorCode::conflict(
    "not_active",
    "This account is locked or about to be deleted.",
)
.when("the account is locked, or about to be deleted");

/// The link will be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentReset {
    /// A sentence that says what happens now.
    #[schema(example = "A link to choose a new password is on its way to the owner.")]
    message: &'static str,
}

/// Send the owner of an account a link to choose a new password.
///
/// The password stays as it is until the link is used. At most 5 in an hour and account. Not for an account that is locked
/// or about to be deleted: `not_active`. Takes a proof of the last 15 minutes, else `reauthentication_required`.
#[utoipa::path(
    post, path = "/api/v1/users/{id}/password-reset", tag = "admin",
    security(("bearer" = ["users:manage"])),
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "Recorded", body = SentReset), Errors)
)]
pub async fn send_user_reset(
    caller: FreshlyPermitted<ManageUsers>,
    State(app): State<App>,
    limiter: Limiter,
    info: RequestInfo,
    PathId(id): PathId<UserId>,
) -> Answer<axum::Json<SentReset>> {
    let user = account::find(&app, id).await?;
    if user.is_closed() {
        return Err(NOT_ACTIVE.into());
    }
    limiter.about_account(&PER_ACCOUNT, id).await?;

    let task = app.task(&SendPasswordReset(Recipient::UserId(id)));
    let audit = info
        .audit(&app, actions::PASSWORD_RESET_REQUESTED)
        .by(caller.user_id)
        .on(id);
    let tasks = Tasks(app.store());
    tasks
        .request("send a user a reset link", &task, &audit)
        .await?;

    let message = "A link to choose a new password is on its way to the owner.";
    Ok(axum::Json(SentReset { message }))
}
