use answers::read_own;
use api::{
    Answer, App, CHANGED_MEANWHILE, CHANGED_SINCE, CallerWithRole, Endpoint, Errors, IfMatch,
    PUBLIC_KEYS, PathIds, RequestInfo, Version, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::actions::IMAGE_DELETED;
use catalog::image::{ImageId, Images};
use catalog::jobs::DeleteImage;
use catalog::product::ProductId;
use kernel::audit::Object;
use store::Attempts;

use crate::change::image_of;

pub const ENDPOINT: Endpoint = endpoint!(delete_image)
    .reading(&[PUBLIC_KEYS])
    .beside(&["PATCH"])
    .refusing(&[CHANGED_SINCE]);

/// Delete an image of a product.
///
/// For the product's creator and administrators. The product shows it no more, and within seconds nobody does who has no copy.
#[utoipa::path(
    delete, path = "/api/v1/products/{id}/images/{image_id}", tag = "catalog",
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The product"),
        ("image_id" = Uuid, Path, description = "The image", example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e55"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the state of the product that is to be changed; another one is not.", example = "\"7\""),
    ),
    responses((status = 204, description = "Deleted"), Errors)
)]
pub async fn delete_image(
    caller: CallerWithRole,
    State(app): State<App>,
    info: RequestInfo,
    PathIds(product_id, id): PathIds<ProductId, ImageId>,
    seen: IfMatch,
) -> Answer<StatusCode> {
    let audit = info.audit(&app, IMAGE_DELETED).by(caller.user_id);
    let audit = audit.on(Object::of("image", id));
    let task = app.task(&DeleteImage {
        product_id,
        image_id: id,
    });

    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let whole = read_own(&app, &caller, product_id).await?;
        let _ = image_of(&whole.images, id)?;
        seen.check(Version(whole.product.version))?;
        let (product, now) = (&whole.product, app.now());
        if Images(app.store())
            .remove(product, id, &task, caller.user_id, now, &audit)
            .await?
        {
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(CHANGED_MEANWHILE.into())
}
