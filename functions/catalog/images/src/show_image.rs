use api::{Answer, ApiError, App, Endpoint, Errors, endpoint};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use catalog::image::{ImageFile, size_named};

pub const ENDPOINT: Endpoint = endpoint!(show_image);

/// What every image is sent with. An image never changes: another one has another address. The policy takes from a browser that
/// is asked to open it as a page everything a page can do.
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

/// Show an image of a product.
///
/// Needs no token, so that a page can show it: its address holds 148 random bits, and is told to those who see the product.
#[utoipa::path(
    get, path = "/api/v1/products/{id}/images/{image_id}/{size}", tag = "catalog",
    params(
        ("id" = String, Path, description = "The product's id", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33"),
        ("image_id" = String, Path, description = "The image", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e55"),
        ("size" = String, Path, description = "`160`, `640` or `1600`: the longest side that it has, in pixels", example = "640"),
    ),
    responses(
        (status = 200, description = "The image", body = Vec<u8>, content_type = "image/webp"),
        Errors
    )
)]
pub async fn show_image(
    State(app): State<App>,
    path: Result<Path<(String, String, String)>, PathRejection>,
) -> Answer<Response> {
    let Path((product_id, id, size)) = path.map_err(|_| ApiError::not_found())?;
    let file = file(&product_id, &id, &size).ok_or_else(ApiError::not_found)?;
    let image = app.files().get(&file).await?;
    let image = image.ok_or_else(ApiError::not_found)?;
    Ok((HEADERS, image).into_response())
}

fn file(product_id: &str, id: &str, size: &str) -> Option<ImageFile> {
    let (product_id, id) = (product_id.parse().ok()?, id.parse().ok()?);
    Some(ImageFile::Shown(product_id, id, size_named(size)?))
}
