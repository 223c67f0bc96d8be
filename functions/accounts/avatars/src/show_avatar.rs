use accounts::avatar::Size;
use accounts::files::FileKey;
use api::{Answer, ApiError, App, Endpoint, Errors, PicturePath, endpoint, show_picture};
use axum::extract::State;
use axum::response::Response;
use kernel::id::{AvatarId, UserId};

pub const ENDPOINT: Endpoint = endpoint!(show_avatar).with_slash();

/// Show a picture.
///
/// Needs no token, so that a page can show it: its address holds 148 random bits, and is told to those who may see the
/// profile.
#[utoipa::path(
    get, path = "/api/v1/avatars/{user_id}/{avatar_id}/{size}", tag = "avatars",
    params(
        ("user_id" = String, Path, description = "Whose it is", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11"),
        ("avatar_id" = String, Path, description = "Which one", example = "019a9f0f-0000-7c1e-9a57-2f0c8d1f4e22"),
        ("size" = String, Path, description = "`512` or `128`: pixels a side", example = "128"),
    ),
    responses(
        (status = 200, description = "The picture", body = Vec<u8>, content_type = "image/webp"),
        Errors
    )
)]
pub async fn show_avatar(
    State(app): State<App>,
    PicturePath { of, id, size }: PicturePath<UserId, AvatarId>,
) -> Answer<Response> {
    let size = Size::parse(&size).ok_or_else(ApiError::not_found)?;

    show_picture(&app, &FileKey::Avatar(of, id, size)).await
}
