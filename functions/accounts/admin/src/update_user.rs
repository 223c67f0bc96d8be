use accounts::account::{User, Users};
use accounts::actions;
use accounts::permissions::ManageUsers;
use api::{
    Answer, App, CHANGED_MEANWHILE, Endpoint, Errors, Fields, Json, PathId, Permitted, RequestInfo,
    endpoint,
};
use axum::extract::State;
use kernel::audit::{Change, Entry};
use kernel::id::UserId;
use kernel::role::Role;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::account::{self, Account, OWN_ACCOUNT};

pub const ENDPOINT: Endpoint = endpoint!(update_user)
    .with_slash()
    .beside(&["GET", "HEAD"])
    .refusing(&[OWN_ACCOUNT]);

/// The changes of an account. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateUser {
    /// Another role: `admin`, `user`, `parent`, `teen`, `child`, `flatmate` or `observer`.
    #[schema(example = "parent")]
    role: Option<String>,
    /// False locks the account and ends its sessions; true unlocks it.
    #[schema(example = true)]
    is_active: Option<bool>,
}

/// Change an account's role, or lock or unlock it.
///
/// Takes effect on the account's next call. Not for one's own account: `own_account`.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", tag = "admin",
    security(("bearer" = ["users:manage"])),
    params(("id" = Uuid, Path, description = "The account")),
    request_body = UpdateUser,
    responses((status = 200, description = "The account as it is now", body = Account), Errors)
)]
pub async fn update_user(
    caller: Permitted<ManageUsers>,
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
    let audits = entries(&app, &caller, &info, &user, &after);
    if audits.is_empty() {
        return Ok(axum::Json(Account::of(&user, app.now())));
    }

    let users = Users(app.store());
    if !users
        .administer(
            caller.user_id,
            &user,
            after.role,
            after.disabled,
            app.now(),
            &audits,
        )
        .await?
    {
        // Another administrator, or the owner, was faster; or the caller is an administrator no more.
        return Err(CHANGED_MEANWHILE.into());
    }

    let user = account::find(&app, id).await?;
    Ok(axum::Json(Account::of(&user, app.now())))
}

fn read_role(name: &str) -> Answer<Role> {
    Role::parse(name).ok_or_else(|| Fields::error("role", "There is no such role."))
}

/// An entry for each thing that changes, before and after. None if nothing does.
fn entries(
    app: &App,
    caller: &Permitted<ManageUsers>,
    info: &RequestInfo,
    before: &User,
    after: &User,
) -> Vec<Entry> {
    let is_active = |user: &User| if user.disabled { "false" } else { "true" };
    [
        (
            actions::ROLE_CHANGED,
            "role",
            before.role.as_str(),
            after.role.as_str(),
        ),
        (
            actions::USER_CHANGED,
            "is_active",
            is_active(before),
            is_active(after),
        ),
    ]
    .into_iter()
    .filter(|(_, _, before, after)| before != after)
    .map(|(action, field, was, is)| {
        info.audit(app, action)
            .by(caller.user_id)
            .on(before.id)
            .with_changes(vec![Change {
                field: field.to_owned(),
                before: was.to_owned(),
                after: is.to_owned(),
            }])
    })
    .collect()
}
