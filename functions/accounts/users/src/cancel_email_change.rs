use accounts::Me;
use accounts::actions;
use accounts::email_change::EmailChanges;
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, PUBLIC_KEYS, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;

pub const ENDPOINT: Endpoint = endpoint!(cancel_email_change)
    .reading(&[PUBLIC_KEYS])
    .beside(&["POST"]);

/// Withdraw a change of the e-mail address.
///
/// The account keeps the address that it has, and the link that was mailed to the other one is dead. Where no other address
/// is pending it changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/users/me/email", tag = "users",
    security(("bearer" = [])),
    responses((status = 204, description = "No other address is pending"), Errors)
)]
pub async fn cancel_email_change(
    State(app): State<App>,
    info: RequestInfo,
    Authenticated(caller): Authenticated<Me>,
) -> Answer<StatusCode> {
    withdraw(&app, &info, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws the address that the caller wants, if there is one. It is no write where there is none, so a call needs no limit:
/// there are no more withdrawals than there were requests.
pub(crate) async fn withdraw(app: &App, info: &RequestInfo, caller: &Me) -> Answer<()> {
    let Me { user, session } = caller;
    if user.pending_email.is_none() {
        return Ok(());
    }
    let audit = info
        .audit(app, actions::EMAIL_CHANGE_WITHDRAWN)
        .by_owner(user.id);
    let changes = EmailChanges(app.store());
    if !changes.withdraw(session, &audit).await? {
        // The session or all were ended, or it was locked or is to be deleted, since the caller was let in.
        return Err(ApiError::unauthenticated());
    }
    Ok(())
}
