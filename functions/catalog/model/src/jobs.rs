//! What the catalogue has done in the background. The functions stand in the crates of who asks for it.

use kernel::id::UserId;
use kernel::job::{Job, Queue};
use serde::{Deserialize, Serialize};

use crate::image::ImageId;
use crate::product::ProductId;
use crate::variant::VariantId;

/// Clears what was part of a product that was deleted: its variants, their stocks, its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearProduct {
    /// The product that was deleted.
    pub product_id: ProductId,
}

impl Job for ClearProduct {
    const KIND: &'static str = "clear_product";
    const QUEUE: Queue = Queue::WORK;
}

/// Deletes the files of an image that is no longer shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteImage {
    /// The product that it was of.
    pub product_id: ProductId,
    /// The image that was deleted.
    pub image_id: ImageId,
}

impl Job for DeleteImage {
    const KIND: &'static str = "delete_image";
    const QUEUE: Queue = Queue::WORK;
}

/// Sends an administrator the variants of which few are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendLowStock {
    /// The administrator.
    pub user_id: UserId,
    /// The variants that came to be few since it was last told.
    pub variants: Vec<VariantId>,
}

impl Job for SendLowStock {
    const KIND: &'static str = "send_low_stock";
    const QUEUE: Queue = Queue::MAIL_BULK;
}
