use api::{Answer, App, Endpoint, Errors, NO_FACTOR, PathId, Permitted, RequestInfo, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::{Action, Change};
use domain::id::UserId;
use domain::permission::ManageUsers;
use domain::task::{SecurityEvent, Work};

use crate::account::{self, OWN_ACCOUNT};

pub const ENDPOINT: Endpoint = endpoint!(delete_user_factor).refusing(&[OWN_ACCOUNT, NO_FACTOR]);

/// Take the second factor of an account away, for an owner who has lost it.
///
/// Ends the sessions of the account, and tells its owner by mail. Without a factor: `no_factor`. Not for one's own account:
/// `own_account`.
#[utoipa::path(
    delete, path = "/api/v1/users/{id}/mfa/", tag = "admin",
    security(("bearer" = ["users:manage"])),
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 204, description = "Taken away"), Errors)
)]
pub async fn delete_user_factor(
    caller: Permitted<ManageUsers>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<UserId>,
) -> Answer<StatusCode> {
    // A stolen session of an administrator must not get rid of the factor that the password change and the like ask for.
    if id == caller.user.id {
        return Err(OWN_ACCOUNT.into());
    }

    let notice = app.task(Work::SendSecurityNotice {
        user_id: id,
        event: SecurityEvent::FactorRemoved,
        at: app.now(),
    });
    let change = Change {
        field: "second_factor".to_owned(),
        before: "true".to_owned(),
        after: "false".to_owned(),
    };
    let audit = app.audit(
        Action::FactorRemoved,
        Some(caller.user.id),
        format!("user/{id}"),
        &info.origin(),
    );
    let audit = audit.with_changes(vec![change]);
    if !app.store().factors().remove(id, &notice, &audit).await? {
        account::find(&app, id).await?;
        return Err(NO_FACTOR.into());
    }

    Ok(StatusCode::NO_CONTENT)
}
