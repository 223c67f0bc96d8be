use api::{Answer, ApiError, App, Caller, Endpoint, Errors, Limiter, RequestInfo, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::Action;
use domain::id::AvatarId;
use domain::limit::{Limit, Per};
use domain::task::Work;
use jiff::SignedDuration;
use store::Former;

pub const ENDPOINT: Endpoint = endpoint!(delete_avatar).limited(&[PER_ACCOUNT]);

/// Removals of one account: as many as it may upload.
const PER_ACCOUNT: Limit = Limit {
    name: "avatar-delete",
    quota: 20,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// Looks at the account before giving up: each look after the first means that a picture was shown in between.
const MAX_LOOKS: u32 = 4;

/// Take the caller's picture away.
///
/// Also what was uploaded and is not shown yet. Where there is no picture it changes nothing. At most 20 an hour.
#[utoipa::path(
    delete, path = "/api/v1/users/me/avatar/", tag = "avatars",
    security(("bearer" = [])),
    responses((status = 204, description = "There is no picture"), Errors)
)]
pub async fn delete_avatar(
    State(app): State<App>,
    Caller { user, .. }: Caller,
    limiter: Limiter,
    info: RequestInfo,
) -> Answer<StatusCode> {
    limiter.per_account(&PER_ACCOUNT, user.id).await?;
    let mut shown = user.avatar;
    for _ in 0..MAX_LOOKS {
        let former = shown.map(|id| Former {
            id,
            task: app.task(Work::DeleteAvatar {
                user_id: user.id,
                avatar_id: id,
            }),
        });
        let mark = AvatarId::new(app.now(), &mut app.random());
        let object = format!("user/{}", user.id);
        let audit = app.audit(Action::AvatarChanged, Some(user.id), object, &info.origin());
        let avatars = app.store().avatars();
        if avatars
            .remove(user.id, mark, former.as_ref(), &audit)
            .await?
        {
            return Ok(StatusCode::NO_CONTENT);
        }
        let user = app.store().users().lookup(user.id).await?;
        shown = user.ok_or_else(ApiError::unauthenticated)?.avatar;
    }
    Err(ApiError::unavailable("the picture changed again and again"))
}
