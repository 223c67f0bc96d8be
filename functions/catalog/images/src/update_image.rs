use answers::ImageBody;
use api::{
    Answer, App, CHANGED_SINCE, CallerWithRole, Endpoint, Errors, Fields, IfMatch, Json,
    PUBLIC_KEYS, Patch, PathIds, RequestInfo, Version, endpoint,
};
use axum::extract::State;
use catalog::image::{ImageId, MOST_IMAGES, alternative_text};
use catalog::product::ProductId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::change::{Wanted, change};

pub const ENDPOINT: Endpoint = endpoint!(update_image)
    .reading(&[PUBLIC_KEYS])
    .beside(&["DELETE"])
    .refusing(&[CHANGED_SINCE]);

/// Changes of an image. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateImage {
    /// What it shows, in at most 300 characters; null for an ornament.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "A tin of green tea", max_length = 300)]
    alternative_text: Patch<String>,
    /// Its place among the images of the product, from 1, the first, to 20; the last, where there are not so many. The others
    /// make room.
    #[serde(default)]
    #[schema(value_type = Option<u32>, example = 1, minimum = 1, maximum = 20)]
    position: Patch<u32>,
}

/// Change an image of a product, or move it.
///
/// For the product's creator and administrators. The `ETag` is the product's, as is the one that `If-Match` takes.
#[utoipa::path(
    patch, path = "/api/v1/products/{id}/images/{image_id}", tag = "catalog",
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The product"),
        ("image_id" = Uuid, Path, description = "The image", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e55"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the state of the product that is to be changed; another one is not.", example = "\"7\""),
    ),
    request_body = UpdateImage,
    responses((status = 200, description = "The image as it is now", body = ImageBody), Errors)
)]
pub async fn update_image(
    caller: CallerWithRole,
    State(app): State<App>,
    info: RequestInfo,
    PathIds(product_id, id): PathIds<ProductId, ImageId>,
    seen: IfMatch,
    Json(body): Json<UpdateImage>,
) -> Answer<(Version, axum::Json<ImageBody>)> {
    let wanted = read(body)?;

    let of = (product_id, id, &seen);
    let (version, image) = change(&app, &info, &caller, of, &wanted).await?;
    Ok((version, axum::Json(image)))
}

/// Reads what is wanted, or says what is wrong with it.
fn read(body: UpdateImage) -> Answer<Wanted> {
    let mut fields = Fields::default();
    let told = body
        .alternative_text
        .parse(&mut fields, "alternative_text", alternative_text);
    let position = body.position.check(&mut fields, "position", position);
    let position = position.required(&mut fields, "position");
    if !fields.is_empty() {
        return Err(fields.into_error());
    }
    let alternative_text = match told {
        Patch::Absent => None,
        Patch::Null => Some(String::new()),
        Patch::Value(text) => Some(text),
    };
    Ok(Wanted {
        alternative_text,
        position,
    })
}

fn position(number: u32) -> Result<usize, &'static str> {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let is_place = (1..=MOST_IMAGES).contains(&number);
    is_place
        .then_some(number)
        .ok_or("Enter a number from 1 to 20.")
}
