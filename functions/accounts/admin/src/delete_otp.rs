use accounts::actions;
use accounts::code::Codes;
use accounts::permissions::ManageUsers;
use api::{
    Answer, ApiError, App, Endpoint, Errors, FreshlyPermitted, PUBLIC_KEYS, PathId,
    REAUTHENTICATION_REQUIRED, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::audit::{Change, Object};
use kernel::id::TaskId;

pub const ENDPOINT: Endpoint = endpoint!(delete_otp)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .refusing(&[REAUTHENTICATION_REQUIRED]);

/// Take a one-time code away.
///
/// Nobody logs in with it any more, and one that is still on its way will not be sent. Its owner can ask for another. Takes a
/// proof of the last 15 minutes, else `reauthentication_required`.
#[utoipa::path(
    delete, path = "/api/v1/admin/otps/{id}", tag = "admin",
    security(("bearer" = ["users:manage"])),
    params(("id" = Uuid, Path, description = "The request for the code")),
    responses((status = 204, description = "Taken away"), Errors)
)]
pub async fn delete_otp(
    caller: FreshlyPermitted<ManageUsers>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<TaskId>,
) -> Answer<StatusCode> {
    let codes = Codes(app.store());
    let code = codes.find(id, app.now()).await?;
    let code = code.ok_or_else(ApiError::not_found)?;

    let change = Change {
        field: "state".to_owned(),
        before: code.state.as_str().to_owned(),
        after: "deleted".to_owned(),
    };
    let audit = info
        .audit(&app, actions::OTP_DELETED)
        .by(caller.user_id)
        .on(Object::of("otp", id));
    // False: a newer request took its place meanwhile, or another administrator was faster.
    if !codes
        .remove(&code, &audit.with_changes(vec![change]))
        .await?
    {
        return Err(ApiError::not_found());
    }

    Ok(StatusCode::NO_CONTENT)
}
