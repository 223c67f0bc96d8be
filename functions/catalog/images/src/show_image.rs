use api::{Answer, ApiError, App, Endpoint, Errors, PicturePath, endpoint, show_picture};
use axum::extract::State;
use axum::response::Response;
use catalog::image::{ImageFile, ImageId, size_named};
use catalog::product::ProductId;

pub const ENDPOINT: Endpoint = endpoint!(show_image);

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
    PicturePath { of, id, size }: PicturePath<ProductId, ImageId>,
) -> Answer<Response> {
    let size = size_named(&size).ok_or_else(ApiError::not_found)?;

    show_picture(&app, &ImageFile::Shown(of, id, size)).await
}
