use accounts::avatar::Size;
use accounts::files::FileKey;
use api::{Answer, ApiError, App, Endpoint, Errors, endpoint};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};

pub const ENDPOINT: Endpoint = endpoint!(show_avatar).with_slash();

/// What every picture is sent with. A picture never changes: another one has another address. The policy takes from a
/// browser that is asked to open it as a page everything a page can do.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (CONTENT_TYPE, HeaderValue::from_static("image/webp")),
    (
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    ),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    ),
];

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
    path: Result<Path<(String, String, String)>, PathRejection>,
) -> Answer<Response> {
    let Path((user_id, avatar_id, size)) = path.map_err(|_| ApiError::not_found())?;
    let key = key(&user_id, &avatar_id, &size).ok_or_else(ApiError::not_found)?;
    let picture = app.files().get(&key).await?;
    let picture = picture.ok_or_else(ApiError::not_found)?;
    Ok((HEADERS, picture).into_response())
}

fn key(user_id: &str, avatar_id: &str, size: &str) -> Option<FileKey> {
    let (user_id, avatar_id) = (user_id.parse().ok()?, avatar_id.parse().ok()?);
    Some(FileKey::Avatar(user_id, avatar_id, Size::parse(size)?))
}
