//! An image of a product, and what may be said of it.

use jiff::Timestamp;
use kernel::picture::Refusal;
use serde::{Deserialize, Serialize};

use crate::text::{InvalidText, line};

/// The images that a product has at most: a product is read whole, and each list of products shows them all.
pub const MOST_IMAGES: usize = 20;

/// The longest alternative text, in characters: more is read to nobody at once.
const MAX_ALTERNATIVE_TEXT: usize = 300;

kernel::id!(
    /// The id of an image, from the form on that it is sent with.
    ImageId
);

/// The sides of the squares that its three sizes fit in, in pixels: for a list, for a page, and for a look from near.
pub const SIZES: [u32; 3] = [160, 640, 1600];

/// An image of a product that is shown. Its place among the others is in [`Product::images`](crate::product::Product::images).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its id.
    pub id: ImageId,
    /// What it shows, in words, for those who do not see it.
    pub alternative_text: String,
    /// The width and the height of its largest size, in pixels.
    pub size: (u32, u32),
    /// When its form was asked for.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
}

/// The reason why an upload is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageRefusal {
    /// It is no picture that is shown, of anything.
    Picture(Refusal),
    /// The product has all the images that it can have.
    TooMany,
}

impl ImageRefusal {
    /// The code of the refusal, for front ends.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Picture(refusal) => refusal.as_str(),
            Self::TooMany => "too_many_images",
        }
    }
}

impl From<Refusal> for ImageRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Picture(refusal)
    }
}

/// An alternative text. It may be empty: then the image is said to be an ornament.
///
/// # Errors
/// The reason why it is none.
pub fn alternative_text(text: &str) -> Result<String, InvalidText> {
    match text.trim() {
        "" => Ok(String::new()),
        text => line(text, MAX_ALTERNATIVE_TEXT),
    }
}

/// The size of this name, which is its side in pixels.
pub fn size_named(name: &str) -> Option<u32> {
    SIZES.into_iter().find(|size| size.to_string() == name)
}

/// Puts images in the order in which they are shown.
pub fn in_order(images: &mut [Image], order: &[ImageId]) {
    let place = |image: &Image| order.iter().position(|id| *id == image.id);
    // One without a place, which is none of ours, would be the last.
    images.sort_by_key(|image| (place(image).unwrap_or(usize::MAX), image.id));
}

/// The order in which an image has this place, of which 1 is the first; the last, where there are not so many.
#[must_use]
pub fn moved(order: &[ImageId], id: ImageId, place: usize) -> Vec<ImageId> {
    let others = order.iter().copied().filter(|other| *other != id);
    let mut order: Vec<ImageId> = others.collect();
    let index = place.saturating_sub(1).min(order.len());
    order.insert(index, id);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> [ImageId; 3] {
        [1, 2, 3].map(|second| ImageId::first_of(Timestamp::from_second(second).unwrap()))
    }

    #[test]
    fn an_image_is_moved_and_the_others_stay_as_they_were_to_each_other() {
        let [a, b, c] = ids();
        for (id, place, expected) in [
            (c, 1, [c, a, b]),
            (a, 2, [b, a, c]),
            (a, 3, [b, c, a]),
            (a, 20, [b, c, a]),
            (b, 2, [a, b, c]),
        ] {
            assert_eq!(moved(&[a, b, c], id, place), expected);
        }
    }

    #[test]
    fn images_are_shown_in_the_order_of_their_product() {
        let [a, b, c] = ids();
        let image = |id| Image {
            id,
            alternative_text: String::new(),
            size: (1, 1),
            created_at: Timestamp::UNIX_EPOCH,
        };
        let mut images = [a, b, c].map(image);

        in_order(&mut images, &[c, a]);

        assert_eq!(images.map(|image| image.id), [c, a, b]);
    }

    #[test]
    fn an_alternative_text_is_a_line_or_nothing() {
        assert_eq!(alternative_text("  A tin of tea ").unwrap(), "A tin of tea");
        assert_eq!(alternative_text(" \n").unwrap(), "");
        assert!(alternative_text(&"a".repeat(300)).is_ok());
        assert_eq!(
            alternative_text(&"a".repeat(301)),
            Err(InvalidText::TooLong(300))
        );
        assert_eq!(alternative_text("a\nb"), Err(InvalidText::NotPlain));
    }

    #[test]
    fn a_size_is_named_by_its_side_alone() {
        assert_eq!(size_named("640"), Some(640));
        for other in ["", "641", "0640", "+640", "640.webp"] {
            assert_eq!(size_named(other), None, "{other}");
        }
    }
}
