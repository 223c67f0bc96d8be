use accounts::Me;
use accounts::account::Users;
use accounts::actions;
use accounts::avatar::{Avatars, Former};
use accounts::jobs::DeleteAvatar;
use api::{
    Answer, ApiError, App, Authenticated, CHANGED_MEANWHILE, Endpoint, Errors, Limiter,
    PUBLIC_KEYS, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use kernel::id::AvatarId;
use kernel::limit::{Limit, Per};
use store::Attempts;

pub const ENDPOINT: Endpoint = endpoint!(delete_avatar)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["POST"])
    .limited(&[PER_ACCOUNT]);

/// Removals of one account: as many as it may upload.
const PER_ACCOUNT: Limit = Limit {
    name: "avatar-delete",
    quota: 20,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// Take the caller's picture away.
///
/// Also what was uploaded and is not shown yet. Where there is no picture it changes nothing. At most 20 an hour.
#[utoipa::path(
    delete, path = "/api/v1/users/me/avatar", tag = "avatars",
    security(("bearer" = [])),
    responses((status = 204, description = "There is no picture"), Errors)
)]
pub async fn delete_avatar(
    State(app): State<App>,
    Authenticated(Me { user, .. }): Authenticated<Me>,
    limiter: Limiter,
    info: RequestInfo,
) -> Answer<StatusCode> {
    let mut shown = user.avatar;
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let former = shown.map(|id| Former {
            id,
            task: app.task(&DeleteAvatar {
                user_id: user.id,
                avatar_id: id,
            }),
        });
        let mark = AvatarId::new(app.now(), &mut app.random());
        let audit = info.audit(&app, actions::AVATAR_CHANGED).by_owner(user.id);
        let audit = limiter.account_with(audit, &PER_ACCOUNT, user.id);
        let avatars = Avatars(app.store());
        if avatars
            .remove(user.id, mark, former.as_ref(), &audit)
            .await?
        {
            return Ok(StatusCode::NO_CONTENT);
        }
        let user = Users(app.store()).lookup(user.id).await?;
        shown = user.ok_or_else(ApiError::unauthenticated)?.avatar;
    }
    Err(CHANGED_MEANWHILE.into())
}
