use api::{
    Answer, ApiError, App, Endpoint, Errors, FreshlyPermitted, PUBLIC_KEYS, PathId,
    REAUTHENTICATION_REQUIRED, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::audit::Object;
use operations::actions::SUPPRESSION_RELEASED;
use operations::mail::{AddressDigest, Suppressions, forget_in_ses};
use operations::permissions::ManageMail;

pub const ENDPOINT: Endpoint = endpoint!(release_suppression)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[REAUTHENTICATION_REQUIRED]);

/// Let an address get mail again.
///
/// It is taken off SES's own list, too, where it is still known. News that SES had of it before do not suppress it again; a
/// mail that bounces from now on does. Takes a proof of the last 15 minutes, else `reauthentication_required`.
#[utoipa::path(
    delete, path = "/api/v1/admin/mail-suppressions/{id}", tag = "operations",
    security(("bearer" = ["mail:manage"])),
    params(("id" = String, Path, description = "The id that the list says.", example = "5d41402abc4b2a76b9719d911017c592")),
    responses((status = 204, description = "Released"), Errors)
)]
pub async fn release_suppression(
    caller: FreshlyPermitted<ManageMail>,
    State(app): State<App>,
    info: RequestInfo,
    PathId(id): PathId<AddressDigest>,
) -> Answer<StatusCode> {
    let suppressions = Suppressions(app.store());
    let suppressed = suppressions.lookup(&id).await?;
    let suppressed = suppressed.ok_or_else(ApiError::not_found)?;

    // SES first: released here alone, the next mail would bounce off SES's list, and the address be suppressed again.
    if let Some(address) = &suppressed.address {
        let forgotten = forget_in_ses(&app, address).await;
        forgotten.map_err(ApiError::unavailable)?;
    }
    let object = Object::of("suppression", &id);
    let audit = info.audit(&app, SUPPRESSION_RELEASED);
    let audit = audit.by(caller.user_id).on(object);
    if suppressions.release(&id, app.now(), &audit).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found())
    }
}
