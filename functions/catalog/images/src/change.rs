//! A change of an image, tried again where another was faster.

use answers::{ImageBody, read_own};
use api::{
    Answer, ApiError, App, CHANGED_MEANWHILE, CallerWithRole, IfMatch, RequestInfo, Version,
};
use catalog::actions::IMAGE_CHANGED;
use catalog::image::{Image, ImageId, Images, moved};
use catalog::product::{ProductId, Whole};
use catalog::{Field, differing};
use kernel::audit::Object;
use store::Attempts;

/// What an image is to become. What is not said stays.
pub(crate) struct Wanted {
    pub(crate) alternative_text: Option<String>,
    /// Its place among the images of the product, of which 1 is the first.
    pub(crate) position: Option<usize>,
}

/// An image with the number of its place.
struct Placed {
    image: Image,
    position: usize,
}

/// Has an image become what is wanted. What is as it should be is not written.
pub(crate) async fn change(
    app: &App,
    info: &RequestInfo,
    caller: &CallerWithRole,
    (product_id, id, seen): (ProductId, ImageId, &IfMatch),
    wanted: &Wanted,
) -> Answer<(Version, ImageBody)> {
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let Whole {
            product, images, ..
        } = read_own(app, caller, product_id).await?;
        let image = image_of(&images, id)?;
        seen.check(Version(product.version))?;
        let order = match wanted.position {
            Some(position) => moved(&product.images, id, position),
            None => product.images.clone(),
        };
        let before = Placed::of(image.clone(), &product.images);
        let after = Placed::of(retold(image, wanted), &order);
        let changes = differing(&before, &after, &FIELDS);
        if changes.is_empty() {
            let body = ImageBody::of(product_id, image);
            return Ok((Version(product.version), body));
        }
        let audit = info.audit(app, IMAGE_CHANGED).by(caller.user_id);
        let audit = audit.on(Object::of("image", id)).with_changes(changes);
        let told = (after.image != before.image).then_some(&after.image);
        let (of, now) = ((&product, &*order), app.now());
        if Images(app.store())
            .change(of, told, caller.user_id, now, &audit)
            .await?
        {
            let body = ImageBody::of(product_id, &after.image);
            return Ok((Version(product.version + 1), body));
        }
    }
    Err(CHANGED_MEANWHILE.into())
}

/// An image of a product.
pub(crate) fn image_of(images: &[Image], id: ImageId) -> Answer<&Image> {
    let found = images.iter().find(|image| image.id == id);
    found.ok_or_else(ApiError::not_found)
}

fn retold(image: &Image, wanted: &Wanted) -> Image {
    let told = wanted.alternative_text.as_ref();
    Image {
        alternative_text: told.unwrap_or(&image.alternative_text).clone(),
        ..image.clone()
    }
}

impl Placed {
    fn of(image: Image, order: &[ImageId]) -> Self {
        let before = order.iter().take_while(|id| **id != image.id);
        let position = before.count() + 1;
        Self { image, position }
    }
}

/// What an entry of the audit log tells of.
const FIELDS: [Field<Placed>; 2] = [
    ("alternative_text", |placed| {
        placed.image.alternative_text.clone()
    }),
    ("position", |placed| placed.position.to_string()),
];
