use accounts::permissions::ReadUsers;
use api::{Answer, App, Endpoint, Errors, PUBLIC_KEYS, PathId, Permitted, endpoint};
use axum::extract::State;
use kernel::id::UserId;

use crate::account::{self, Account};

pub const ENDPOINT: Endpoint = endpoint!(get_user)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("GET", "/api/access/users/{id}")])
    .beside(&["PATCH"]);

/// Show an account.
#[utoipa::path(
    get, path = "/api/v1/users/{id}", tag = "admin",
    security(("bearer" = ["users:read"])),
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "The account", body = Account), Errors)
)]
pub async fn get_user(
    _: Permitted<ReadUsers>,
    State(app): State<App>,
    PathId(id): PathId<UserId>,
) -> Answer<axum::Json<Account>> {
    let user = account::find(&app, id).await?;

    Ok(axum::Json(Account::of(&user, app.now())))
}
