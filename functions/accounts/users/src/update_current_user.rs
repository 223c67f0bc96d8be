use accounts::Me;
use accounts::account::{User, Users};
use accounts::actions;
use accounts::profile::ProfileOutcome;
use api::{
    Answer, ApiError, App, Authenticated, CHANGED_MEANWHILE, Endpoint, Errors, Fields, Json,
    Limiter, PUBLIC_KEYS, RequestInfo, endpoint,
};
use axum::extract::State;
use jiff::SignedDuration;
use kernel::limit::{Limit, Per};
use store::Attempts;

use crate::profile::CurrentUser;
use crate::profile_change::{UpdateCurrentUser, changed_fields};

pub const ENDPOINT: Endpoint = endpoint!(update_current_user)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("PATCH", "/api/access/users/me/update")])
    .beside(&["GET", "HEAD"])
    .limited(&[PER_ACCOUNT]);

/// Changes of one profile: more than anybody makes by hand. Whoever looks for taken usernames gets further here than at the
/// registration, which answers 3 an hour and client: but each account takes a registration and a mailbox.
const PER_ACCOUNT: Limit = Limit {
    name: "profile-account",
    quota: 60,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// Change the caller's profile.
///
/// What is left out stays, null clears. Address, password, role and all else that is not listed cannot be changed here, and
/// is ignored. At most 60 changes an hour and account.
#[utoipa::path(
    patch, path = "/api/v1/users/me", tag = "users",
    security(("bearer" = [])),
    request_body = UpdateCurrentUser,
    responses((status = 200, description = "The profile as it is now", body = CurrentUser), Errors)
)]
pub async fn update_current_user(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Me>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<UpdateCurrentUser>,
) -> Answer<axum::Json<CurrentUser>> {
    let change = body.check(app.now())?;

    let users = Users(app.store());
    let mut before = caller.user;
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let after = change.apply(&before);
        let fields = changed_fields(&before, &after);
        if fields.is_empty() {
            return Ok(axum::Json(CurrentUser::of(before, app.now())));
        }

        let audit = info
            .audit(&app, actions::PROFILE_CHANGED)
            .by_owner(before.id)
            .with_changes(fields);
        let audit = limiter.account_with(audit, &PER_ACCOUNT, before.id);
        match users.change_profile(&before, &after, &audit).await? {
            ProfileOutcome::Changed => {
                return Ok(axum::Json(CurrentUser::of(after, app.now())));
            }
            ProfileOutcome::UsernameTaken => {
                // A look at who has the name, which is as good as a change.
                limiter.per_account(&PER_ACCOUNT, before.id).await?;
                return Err(Fields::error(
                    "username",
                    "A user with this username already exists.",
                ));
            }
            ProfileOutcome::ChangedMeanwhile => {
                let found = users.lookup(before.id).await?;
                // Locked or given up for deletion since the call began: its session is over.
                let found = found.filter(User::is_active);
                before = found.ok_or_else(ApiError::unauthenticated)?;
            }
        }
    }
    Err(CHANGED_MEANWHILE.into())
}
