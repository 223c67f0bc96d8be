//! From a file that anybody may have made to two pictures that are ours.

mod colours;
mod open;

use accounts::avatar::Size;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer, Pixel, RgbaImage};
use kernel::picture::Refusal;
use webp::Encoder;

use open::{Opened, open};

/// The quality of the pictures, of a hundred. Above it files grow faster than an eye can tell.
const QUALITY: f32 = 80.0;

/// The shorter side, in pixels, down to which a longer one is averaged before it is filtered. The filter looks at each pixel
/// six times over: a picture of a telephone would take seconds. From twice the size on it makes no difference that shows.
const AVERAGED_SIDE: u32 = 2 * 512;

/// A picture to be shown.
pub(crate) struct Picture {
    pub(crate) size: Size,
    /// The picture as a WebP file.
    pub(crate) bytes: Vec<u8>,
}

/// Makes the pictures of an upload. Only pixels get through: no metadata, no second frame, nothing behind the end.
pub(crate) fn make(upload: &[u8]) -> Result<[Picture; 2], Refusal> {
    let Opened {
        image,
        orientation,
        profile,
    } = open(upload)?;
    let is_grey = !image.color().has_color();
    let mut large = resize(&square(&averaged(image)), Size::Large);
    // What is left is done last, because the picture is small by now; its middle stays its middle.
    if let Some(profile) = profile {
        colours::to_srgb(&mut large, &profile, is_grey);
    }
    let large = turned(large, orientation);
    let small = resize(&large, Size::Small);
    Ok([
        Picture {
            size: Size::Large,
            bytes: encode(&large),
        },
        Picture {
            size: Size::Small,
            bytes: encode(&small),
        },
    ])
}

/// Makes a large picture smaller, quickly and without a copy of it where it is a photograph.
fn averaged(image: DynamicImage) -> RgbaImage {
    match image {
        DynamicImage::ImageRgb8(image) => DynamicImage::from(average(image)).into_rgba8(),
        image => average(image.into_rgba8()),
    }
}

fn average<P>(image: ImageBuffer<P, Vec<u8>>) -> ImageBuffer<P, Vec<u8>>
where
    P: Pixel<Subpixel = u8> + 'static,
{
    let shorter = image.width().min(image.height());
    if shorter <= AVERAGED_SIDE {
        return image;
    }
    let scaled = |side: u32| {
        let scaled = u64::from(side) * u64::from(AVERAGED_SIDE) / u64::from(shorter);
        u32::try_from(scaled).expect("it is shorter than the side")
    };
    imageops::thumbnail(&image, scaled(image.width()), scaled(image.height()))
}

/// The largest square in the middle.
fn square(image: &RgbaImage) -> RgbaImage {
    let side = image.width().min(image.height());
    let (left, top) = ((image.width() - side) / 2, (image.height() - side) / 2);
    imageops::crop_imm(image, left, top, side, side).to_image()
}

fn resize(image: &RgbaImage, size: Size) -> RgbaImage {
    imageops::resize(image, size.side(), size.side(), FilterType::Lanczos3)
}

fn turned(image: RgbaImage, orientation: Orientation) -> RgbaImage {
    let mut image = DynamicImage::from(image);
    image.apply_orientation(orientation);
    image.into_rgba8()
}

/// Writes a picture as WebP, which has alpha only where something can be seen through.
fn encode(image: &RgbaImage) -> Vec<u8> {
    Encoder::from_rgba(image, image.width(), image.height())
        .encode_simple(false, QUALITY)
        .expect("libwebp takes every picture of this size")
        .to_vec()
}

#[cfg(test)]
mod tests;
