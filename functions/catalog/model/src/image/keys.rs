//! Keys of images, and of what is sent to become one.

use store::Key;

use super::rules::ImageId;
use crate::product::{ProductId, keys};

/// What the sort keys of images begin with, in the partition of their product.
pub(crate) const PREFIX: &str = "IMAGE#";

/// What the sort keys of uploads begin with.
const UPLOAD: &str = "UPLOAD#";

/// An image that is shown.
pub(crate) fn image(product_id: ProductId, id: ImageId) -> Key {
    Key::new(keys::partition(product_id), &format!("{PREFIX}{id}"))
}

/// The partition of what was sent for a product and is not shown. It is not the product's own, which every reader of the
/// product reads.
pub(super) fn uploads(product_id: ProductId) -> String {
    format!("IMAGE_UPLOADS#{product_id}")
}

/// What is known of an upload.
pub(super) fn upload(product_id: ProductId, id: ImageId) -> Key {
    Key::new(uploads(product_id), &upload_sort(id))
}

/// The sort key of an upload: those that were asked for later sort behind it.
pub(super) fn upload_sort(id: ImageId) -> String {
    format!("{UPLOAD}{id}")
}
