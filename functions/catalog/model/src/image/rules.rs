//! An image of a product, and what may be said of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

kernel::id!(
    /// The id of an image.
    ImageId
);

/// The sides of the squares that its three sizes fit in, in pixels: for a list, for a page, and for a look from near.
pub const SIZES: [u32; 3] = [160, 640, 1600];

/// An image of a product that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its id.
    pub id: ImageId,
    /// What it shows, in words, for those who do not see it.
    pub alternative_text: String,
    /// Its place among the images of the product: the least is shown first.
    pub position: i64,
    /// The width and the height of its largest size, in pixels.
    pub size: (u32, u32),
    /// When it was sent.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
}

/// Puts images in the order in which they are shown: by their places, and where two have the same, the older first.
pub fn in_order(images: &mut [Image]) {
    images.sort_by_key(|image| (image.position, image.id));
}
