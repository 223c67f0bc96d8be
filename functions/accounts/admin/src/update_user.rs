use accounts::account::{Administration, User, Users};
use accounts::permissions::ManageUsers;
use api::{
    Answer, App, CHANGED_MEANWHILE, Endpoint, Errors, Fields, FreshlyPermitted, Json, PUBLIC_KEYS,
    PathId, REAUTHENTICATION_REQUIRED, RequestInfo, endpoint,
};
use axum::extract::State;
use kernel::id::UserId;
use kernel::role::Role;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::account::{self, Account, OWN_ACCOUNT};
use crate::user_change;

pub const ENDPOINT: Endpoint = endpoint!(update_user)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["GET", "HEAD"])
    .refusing(&[OWN_ACCOUNT, REAUTHENTICATION_REQUIRED]);

/// The changes of an account. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateUser {
    /// Another role: `admin`, `user`, `parent`, `teen`, `child`, `flatmate` or `observer`. `admin` ends the account's sessions.
    #[schema(example = "parent")]
    role: Option<String>,
    /// False locks the account and ends its sessions; true unlocks it.
    #[schema(example = true)]
    is_active: Option<bool>,
}

/// Change an account's role, or lock or unlock it.
///
/// Takes effect on the account's next call. Its owner hears of it by mail, and every administrator of one who is new, demoted,
/// locked or unlocked. Takes a proof of the last 15 minutes, else `reauthentication_required`. Not for one's own account:
/// `own_account`.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", tag = "admin",
    security(("bearer" = ["users:manage"])),
    params(("id" = Uuid, Path, description = "The account")),
    request_body = UpdateUser,
    responses((status = 200, description = "The account as it is now", body = Account), Errors)
)]
pub async fn update_user(
    caller: FreshlyPermitted<ManageUsers>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<UserId>,
    Json(body): Json<UpdateUser>,
) -> Answer<axum::Json<Account>> {
    let role = body.role.as_deref().map(read_role).transpose()?;
    if id == caller.user_id {
        return Err(OWN_ACCOUNT.into());
    }

    let user = account::find(&app, id).await?;
    let after = User {
        role: role.unwrap_or(user.role),
        disabled: body.is_active.map_or(user.disabled, |active| !active),
        ..user.clone()
    };
    let by = caller.user_id;
    let audits = user_change::entries(&app, by, &info, &user, &after);
    if audits.is_empty() {
        return Ok(axum::Json(Account::of(&user, app.now())));
    }

    let change = Administration {
        by,
        before: &user,
        role: after.role,
        disabled: after.disabled,
        notices: &user_change::notices(&app, by, &user, &after),
        audits: &audits,
    };
    // Without, another administrator, or the owner, was faster; or the caller is an administrator no more.
    let now = app.now();
    let changed = Users(app.store()).administer(&change, now).await?;
    let user = changed.ok_or(CHANGED_MEANWHILE)?;
    Ok(axum::Json(Account::of(&user, now)))
}

fn read_role(name: &str) -> Answer<Role> {
    Role::parse(name).ok_or_else(|| Fields::error("role", "There is no such role."))
}
