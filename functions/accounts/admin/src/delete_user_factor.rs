use accounts::actions;
use accounts::factor::Factors;
use accounts::jobs::{SecurityEvent, security_notice};
use accounts::permissions::ManageUsers;
use api::{
    Answer, App, Endpoint, Errors, FreshlyPermitted, PUBLIC_KEYS, PathId,
    REAUTHENTICATION_REQUIRED, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::audit::Change;
use kernel::id::UserId;
use proofs::NO_FACTOR;

use crate::account::{self, OWN_ACCOUNT};

pub const ENDPOINT: Endpoint = endpoint!(delete_user_factor)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .refusing(&[OWN_ACCOUNT, NO_FACTOR, REAUTHENTICATION_REQUIRED]);

/// Take the second factor of an account away, for an owner who has lost it.
///
/// Ends the sessions of the account, and tells its owner by mail. Takes a proof of the last 15 minutes, else
/// `reauthentication_required`. Without a factor: `no_factor`. Not for one's own account: `own_account`.
#[utoipa::path(
    delete, path = "/api/v1/users/{id}/mfa", tag = "admin",
    security(("bearer" = ["users:manage"])),
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 204, description = "Taken away"), Errors)
)]
pub async fn delete_user_factor(
    caller: FreshlyPermitted<ManageUsers>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<UserId>,
) -> Answer<StatusCode> {
    // A stolen session of an administrator must not get rid of the factor that the password change and the like ask for.
    if id == caller.user_id {
        return Err(OWN_ACCOUNT.into());
    }

    let notice = security_notice(&app, id, SecurityEvent::FactorRemoved);
    let change = Change {
        field: "second_factor".to_owned(),
        before: "true".to_owned(),
        after: "false".to_owned(),
    };
    let audit = info
        .audit(&app, actions::FACTOR_REMOVED)
        .by(caller.user_id)
        .on(id);
    let audit = audit.with_changes(vec![change]);
    if !Factors(app.store()).remove(id, &notice, &audit).await? {
        account::find(&app, id).await?;
        return Err(NO_FACTOR.into());
    }

    Ok(StatusCode::NO_CONTENT)
}
