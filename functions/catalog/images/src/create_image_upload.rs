use answers::read_own;
use api::{
    Answer, App, CallerWithRole, Endpoint, ErrorCode, Errors, Fields, Json, Limiter, PUBLIC_KEYS,
    PathId, UploadForm, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::image::{ImageFile, ImageId, Images, MOST_IMAGES, Upload, alternative_text};
use catalog::product::ProductId;
use jiff::SignedDuration;
use kernel::limit::{Limit, Per};
use kernel::picture::Format;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(create_image_upload)
    .reading(&[PUBLIC_KEYS])
    .beside(&["GET", "HEAD"])
    .refusing(&[TOO_MANY_IMAGES])
    .limited(&[PER_ACCOUNT]);

/// 409: the product has all the images that it can have.
const TOO_MANY_IMAGES: ErrorCode =
    ErrorCode::conflict("too_many_images", "A product has 20 images at most.");

/// Uploads of one account: all images of five products, each of which may cost a few seconds of a worker's time. One that is
/// refused is taken back, up to [`REFUSED`](crate::decision::REFUSED) of them.
pub(crate) const PER_ACCOUNT: Limit = Limit {
    name: "image-upload",
    quota: 100,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// What is to be uploaded.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateImageUpload {
    /// `image/png`, `image/jpeg` (or `image/jpg`) or `image/webp`.
    #[schema(required, example = "image/jpeg")]
    #[serde(default)]
    content_type: String,
    /// What it shows, in at most 300 characters, for those who do not see it. An ornament has none.
    #[schema(example = "A tin of green tea", max_length = 300)]
    alternative_text: Option<String>,
}

/// A form to send the image with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImageUpload {
    /// The image's id; the product shows it once the image was looked at.
    image_id: Uuid,
    #[serde(flatten)]
    form: UploadForm,
}

/// Ask for a form to upload an image of a product with.
///
/// For the product's creator and administrators. The image goes straight to the storage. It is then looked at: JPEG of at most 65
/// million pixels, PNG or WebP of at most 24 million, 15 MB, no side longer than 16,384 pixels. It is turned as its camera says,
/// made in three sizes with its proportions, and its colours become sRGB. Within seconds the product shows it as the last of its
/// images, or `GET` here tells why not: either with the form's `image_id`. At most 100 an hour, not counting up to 50 that were
/// refused.
#[utoipa::path(
    post, path = "/api/v1/products/{id}/images", tag = "catalog",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The product")),
    request_body = CreateImageUpload,
    responses((status = 201, description = "The form", body = ImageUpload), Errors)
)]
pub async fn create_image_upload(
    caller: CallerWithRole,
    State(app): State<App>,
    limiter: Limiter,
    PathId(product_id): PathId<ProductId>,
    Json(body): Json<CreateImageUpload>,
) -> Answer<(StatusCode, axum::Json<ImageUpload>)> {
    let (format, told) = read(&body)?;

    let whole = read_own(&app, &caller, product_id).await?;
    // It is counted again when it is shown: more forms may be out.
    if whole.images.len() >= MOST_IMAGES {
        return Err(TOO_MANY_IMAGES.into());
    }
    limiter.per_account(&PER_ACCOUNT, caller.user_id).await?;

    let id = ImageId::new(app.now(), &mut app.random());
    let upload = Upload::asked_for(id, told, caller.user_id, app.now());
    Images(app.store()).note(product_id, &upload).await?;

    // The form is bound to a key of this product's own, whatever is sent with it.
    let key = ImageFile::Upload(product_id, id);
    let upload = ImageUpload {
        image_id: id.uuid(),
        form: UploadForm::for_picture(&app, &key, format).await?,
    };
    Ok((StatusCode::CREATED, axum::Json(upload)))
}

/// Reads the format and the alternative text, or says what is wrong with them.
fn read(body: &CreateImageUpload) -> Answer<(Format, String)> {
    let mut fields = Fields::default();
    let format = fields.check("content_type", Format::parse(&body.content_type));
    let told = body.alternative_text.as_deref().unwrap_or_default();
    let told = fields.check("alternative_text", alternative_text(told));
    match (format, told) {
        (Some(format), Some(told)) => Ok((format, told)),
        _ => Err(fields.into_error()),
    }
}
