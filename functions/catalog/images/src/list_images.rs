use answers::{ImageBody, find};
use api::{
    Answer, App, Endpoint, Errors, List, MaybeCaller, NoFilters, PUBLIC_KEYS, PageBody, PageParams,
    Version, endpoint,
};
use axum::extract::{Path, State};
use catalog::image::{Images, Upload};
use catalog::product::Whole;
use serde::Serialize;
use store::Page;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(list_images)
    .reading(&[PUBLIC_KEYS])
    .beside(&["POST"]);

/// A page of images, and what else was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImagePage {
    #[serde(flatten)]
    page: PageBody<ImageBody>,
    /// The uploads that were refused within a day, the newest first; only for those who may change the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusals: Option<Vec<ImageRefusal>>,
}

/// An upload that is not shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImageRefusal {
    /// The upload's id, as its form named it.
    image_id: Uuid,
    /// The reason: `file_too_large`, `unknown_format` (it is no PNG, JPEG or WebP, whatever its name and type say),
    /// `too_many_pixels`, `unreadable`, or `too_many_images`.
    #[schema(example = "unknown_format")]
    code: String,
    /// What it was to show, in words.
    #[schema(example = "A tin of green tea")]
    alternative_text: String,
    /// When its form was asked for.
    #[schema(example = "2026-11-30T12:00:00Z")]
    created_at: String,
}

/// List the images of a product.
///
/// In the order in which they are shown. The `ETag` is the product's. Its creator and administrators are also told which uploads
/// were refused.
#[utoipa::path(
    get, path = "/api/v1/products/{id}/images", tag = "catalog",
    security((), ("bearer" = [])),
    params(("id" = String, Path, description = "The product's id or slug", example = "green-tea"), PageParams),
    responses((status = 200, description = "A page of images", body = ImagePage), Errors)
)]
pub async fn list_images(
    caller: MaybeCaller,
    State(app): State<App>,
    Path(named): Path<String>,
    List { paging, .. }: List<NoFilters>,
) -> Answer<(Version, axum::Json<ImagePage>)> {
    let found = find(&app, &caller, &named).await?;
    let product = &found.whole.product;
    let refusals = if found.may_change {
        let refused = Images(app.store()).refused(product.id, app.now()).await?;
        Some(refused.into_iter().filter_map(ImageRefusal::of).collect())
    } else {
        None
    };

    let page = Page::of_whole(in_places(&found.whole), place, &paging.request)?;
    let axum::Json(page) = paging.body(page.map(|(_, body)| body));
    let version = Version(product.version);
    Ok((version, axum::Json(ImagePage { page, refusals })))
}

/// The images of a product, each with the number of its place.
fn in_places(whole: &Whole) -> Vec<(usize, ImageBody)> {
    let bodies = whole.images.iter();
    let bodies = bodies.map(|image| ImageBody::of(whole.product.id, image));
    bodies.enumerate().collect()
}

/// What the list is sorted by.
fn place((number, _): &(usize, ImageBody)) -> String {
    format!("{number:02}")
}

impl ImageRefusal {
    fn of(upload: Upload) -> Option<Self> {
        Some(Self {
            image_id: upload.id.uuid(),
            code: upload.refusal?,
            alternative_text: upload.alternative_text,
            created_at: upload.created_at.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use kernel::picture::Refusal;
    use utoipa::PartialSchema as _;

    use super::*;

    #[test]
    fn every_reason_of_a_refusal_is_documented() {
        use catalog::image::ImageRefusal as Reason;

        let schema = serde_json::to_string(&ImageRefusal::schema()).unwrap();
        for reason in [
            Reason::TooMany,
            Reason::Picture(Refusal::FileTooLarge),
            Reason::Picture(Refusal::UnknownFormat),
            Reason::Picture(Refusal::TooManyPixels),
            Reason::Picture(Refusal::Unreadable),
        ] {
            assert!(schema.contains(reason.as_str()), "{reason:?}");
        }
    }
}
