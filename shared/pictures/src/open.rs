//! Decoding what was uploaded, within bounds.

use std::io::Cursor;

use image::error::ImageError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use kernel::picture::{Format, MAX_SIDE, Refusal};

/// The most memory that a decoder may take besides the pixels, in bytes: a profile that unpacks without end takes no more.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;

/// What is in a file.
pub(crate) struct Opened {
    /// The pixels of the first frame.
    pub(crate) image: DynamicImage,
    /// How the camera was held.
    pub(crate) orientation: Orientation,
    /// The ICC profile that says what its colours are.
    pub(crate) profile: Option<Vec<u8>>,
}

/// Decodes the first frame. What the file is, its first bytes say; its name and its type say nothing.
pub(crate) fn open(upload: &[u8]) -> Result<Opened, Refusal> {
    let (kind, format) = match image::guess_format(upload) {
        Ok(kind @ ImageFormat::Jpeg) => (kind, Format::Jpeg),
        Ok(kind @ ImageFormat::Png) => (kind, Format::Png),
        Ok(kind @ ImageFormat::WebP) => (kind, Format::Webp),
        _ => return Err(Refusal::UnknownFormat),
    };
    let mut reader = ImageReader::with_format(Cursor::new(upload), kind);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > format.max_pixels() {
        return Err(Refusal::TooManyPixels);
    }
    // Asked before the pixels; a file that lies about them is shown as it is.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default();
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    Ok(Opened {
        image,
        orientation,
        profile,
    })
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
