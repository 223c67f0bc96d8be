use accounts::files::FileKey;
use api::{
    Answer, App, Authenticated, Caller, Endpoint, Errors, Fields, Json, Limiter, PUBLIC_KEYS,
    UploadForm, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use kernel::id::AvatarId;
use kernel::limit::{Limit, Per};
use kernel::picture::Format;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(create_avatar_upload)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .beside(&["DELETE"])
    .limited(&[PER_ACCOUNT]);

/// Uploads of one account: each may cost a few seconds of a worker's time. One that is refused is taken back, up to
/// [`REFUSED`](crate::decision::REFUSED) of them.
pub(crate) const PER_ACCOUNT: Limit = Limit {
    name: "avatar-upload",
    quota: 20,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// What is to be uploaded.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateAvatarUpload {
    /// `image/png`, `image/jpeg` (or `image/jpg`) or `image/webp`.
    #[schema(required, example = "image/jpeg")]
    #[serde(default)]
    content_type: String,
}

/// A form to send the picture with.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvatarUpload {
    /// The picture's id; the profile shows it once the picture was looked at.
    avatar_id: Uuid,
    #[serde(flatten)]
    form: UploadForm,
}

/// Ask for a form to upload a picture with.
///
/// The picture goes straight to the storage. It is then looked at: JPEG of at most 65 million pixels, PNG or WebP of at most
/// 24 million, 15 MB, no side longer than 16,384 pixels. It is turned as its camera says, cut to a square, and its colours
/// become sRGB. Within seconds the profile shows it as `avatar`, or in `avatar_refusal` why not: either with the form's
/// `avatar_id`. At most 20 an hour, not counting up to 40 that were refused.
#[utoipa::path(
    post, path = "/api/v1/users/me/avatar", tag = "avatars",
    security(("bearer" = [])),
    request_body = CreateAvatarUpload,
    responses((status = 201, description = "The form", body = AvatarUpload), Errors)
)]
pub async fn create_avatar_upload(
    State(app): State<App>,
    Authenticated(caller): Authenticated<Caller>,
    limiter: Limiter,
    Json(body): Json<CreateAvatarUpload>,
) -> Answer<(StatusCode, axum::Json<AvatarUpload>)> {
    let format = Format::parse(&body.content_type);
    let format = format.map_err(|error| Fields::error("content_type", error))?;
    limiter.per_account(&PER_ACCOUNT, caller.user_id).await?;

    // The form is bound to the caller's own key, whatever they send.
    let id = AvatarId::new(app.now(), &mut app.random());
    let key = FileKey::Upload(caller.user_id, id);
    let upload = AvatarUpload {
        avatar_id: id.uuid(),
        form: UploadForm::for_picture(&app, &key, format).await?,
    };
    Ok((StatusCode::CREATED, axum::Json(upload)))
}
