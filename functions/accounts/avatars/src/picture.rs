//! From a file that anybody may have made to two pictures that are ours.

use std::io::Cursor;

use accounts::avatar::{MAX_PIXELS, MAX_SIDE, Refusal, Size};
use image::error::ImageError;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use webp::Encoder;

/// The most memory that a decoder may take, in bytes: [`MAX_PIXELS`] of the deepest kind, with some room.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;

/// The quality of the pictures, of a hundred. Above it files grow faster than an eye can tell.
const QUALITY: f32 = 80.0;

/// A picture to be shown.
pub(crate) struct Picture {
    pub(crate) size: Size,
    /// The picture as a WebP file.
    pub(crate) bytes: Vec<u8>,
}

/// Makes the pictures of an upload. Only pixels get through: no metadata, no second frame, nothing behind the end.
pub(crate) fn make(upload: &[u8]) -> Result<[Picture; 2], Refusal> {
    let (image, orientation) = open(upload)?;
    let mut large =
        square(&image).resize_exact(Size::Large.side(), Size::Large.side(), FilterType::Lanczos3);
    drop(image);
    // Turned last, because it is small by now; the middle of a picture stays its middle.
    large.apply_orientation(orientation);
    let small = large.resize_exact(Size::Small.side(), Size::Small.side(), FilterType::Lanczos3);
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

/// Decodes the first frame. What the file is, its first bytes say; its name and its type say nothing.
fn open(upload: &[u8]) -> Result<(DynamicImage, Orientation), Refusal> {
    let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) =
        image::guess_format(upload)
    else {
        return Err(Refusal::UnknownFormat);
    };
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Refusal::TooManyPixels);
    }
    // Asked before the pixels; a file that lies about it is shown as it is.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    Ok((image, orientation))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

fn refusal(error: &ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Unreadable,
    }
}

/// The largest square in the middle.
fn square(image: &DynamicImage) -> DynamicImage {
    let side = image.width().min(image.height());
    let (left, top) = ((image.width() - side) / 2, (image.height() - side) / 2);
    image.crop_imm(left, top, side, side)
}

fn encode(image: &DynamicImage) -> Vec<u8> {
    let (width, height) = (image.width(), image.height());
    let encoded = if image.color().has_alpha() {
        let pixels = image.to_rgba8();
        Encoder::from_rgba(&pixels, width, height).encode_simple(false, QUALITY)
    } else {
        let pixels = image.to_rgb8();
        Encoder::from_rgb(&pixels, width, height).encode_simple(false, QUALITY)
    };
    encoded
        .expect("libwebp takes every picture of this size")
        .to_vec()
}

#[cfg(test)]
mod tests;
