use domain::avatar::Size;
use domain::id::{AvatarId, UserId};
use domain::user::User;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where the picture of an account is. Another picture has other addresses, so these may be kept for ever.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvatarUrls {
    /// The picture's id.
    id: Uuid,
    /// Its address with 512 pixels a side, on this server.
    #[schema(
        example = "/api/v1/avatars/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11/019a9f0f-0000-7c1e-9a57-2f0c8d1f4e22/512/"
    )]
    url_512: String,
    /// The same with 128 pixels.
    #[schema(
        example = "/api/v1/avatars/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11/019a9f0f-0000-7c1e-9a57-2f0c8d1f4e22/128/"
    )]
    url_128: String,
}

impl AvatarUrls {
    /// The addresses of an account's picture, if it has one.
    pub fn of(user: &User) -> Option<Self> {
        user.avatar.map(|avatar_id| Self {
            id: avatar_id.uuid(),
            url_512: url(user.id, avatar_id, Size::Large),
            url_128: url(user.id, avatar_id, Size::Small),
        })
    }
}

/// The path of `show_avatar`.
fn url(user_id: UserId, avatar_id: AvatarId, size: Size) -> String {
    format!("/api/v1/avatars/{user_id}/{avatar_id}/{}/", size.as_str())
}
