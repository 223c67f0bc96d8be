//! Making pictures of what was uploaded.

use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer, Pixel, RgbaImage};
use kernel::picture::Refusal;
use webp::Encoder;

use crate::colours::to_srgb;
use crate::cut::Cut;
use crate::open::{Opened, open};

/// The quality of the pictures, of a hundred. Above it files grow faster than an eye can tell.
const QUALITY: f32 = 80.0;

/// A picture to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The width of the picture, in pixels.
    pub width: u32,
    /// The height of the picture, in pixels.
    pub height: u32,
    /// The picture as a WebP file.
    pub bytes: Vec<u8>,
}

/// What pictures are cut from.
struct Source {
    /// The pixels, as the camera was held, in colours of its own.
    image: RgbaImage,
    /// The width and height that the upload has, in pixels. The image is smaller where it was averaged.
    size: [u32; 2],
    orientation: Orientation,
    profile: Option<Vec<u8>>,
    is_grey: bool,
}

/// Makes the pictures of an upload, in the order of the cuts. Only pixels get through: no metadata, no second frame, nothing
/// behind the end.
///
/// The largest cut should come first: a smaller one is then made of it, which is quicker.
pub fn make(upload: &[u8], cuts: &[Cut]) -> Result<Vec<Picture>, Refusal> {
    let images = cut(open(upload)?, cuts);
    let pictures = images.iter().map(|image| Picture {
        width: image.width(),
        height: image.height(),
        bytes: encode(image),
    });
    Ok(pictures.collect())
}

/// Makes the pixels of each cut.
fn cut(opened: Opened, cuts: &[Cut]) -> Vec<RgbaImage> {
    let source = Source::of(opened, cuts);
    let mut made: Vec<(Cut, RgbaImage)> = Vec::with_capacity(cuts.len());
    for &cut in cuts {
        let size = source.turned_size(cut);
        let image = match larger(&made, cut, size) {
            Some(image) => resize(image, size),
            None => source.make(cut),
        };
        made.push((cut, image));
    }
    made.into_iter().map(|(_, image)| image).collect()
}

/// The last picture that shows the same as the cut and is twice as large, so that it is enough to make the cut of.
fn larger(made: &[(Cut, RgbaImage)], cut: Cut, [width, height]: [u32; 2]) -> Option<&RgbaImage> {
    let is_enough = |image: &RgbaImage| image.width().max(image.height()) / 2 >= width.max(height);
    let mut last_first = made.iter().rev();
    let found = last_first.find(|(of, image)| cut.shows_the_same_as(*of) && is_enough(image));
    found.map(|(_, image)| image)
}

impl Source {
    /// Takes from what was opened as much as the cuts need.
    fn of(opened: Opened, cuts: &[Cut]) -> Self {
        let Opened {
            image,
            orientation,
            profile,
        } = opened;
        let size = [image.width(), image.height()];
        Self {
            is_grey: !image.color().has_color(),
            image: averaged(image, enough(cuts, size)),
            size,
            orientation,
            profile,
        }
    }

    fn make(&self, cut: Cut) -> RgbaImage {
        let size = cut.size(self.size);
        let mut image = match cut {
            Cut::Square(_) => resize(&square(&self.image), size),
            Cut::Within(_) => resize(&self.image, size),
        };
        // What is left is done last, because the picture is small by now; its middle stays its middle.
        if let Some(profile) = &self.profile {
            to_srgb(&mut image, profile, self.is_grey);
        }
        turned(image, self.orientation)
    }

    /// The width and height of a cut once it is turned, in pixels.
    fn turned_size(&self, cut: Cut) -> [u32; 2] {
        let [width, height] = cut.size(self.size);
        match self.orientation {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => [height, width],
            _ => [width, height],
        }
    }
}

/// The width and height that are enough for all cuts, in pixels; `None` if one needs all there is.
fn enough(cuts: &[Cut], size: [u32; 2]) -> Option<[u32; 2]> {
    let sizes: Option<Vec<_>> = cuts.iter().map(|cut| cut.enough(size)).collect();
    sizes?.into_iter().max()
}

/// Makes a large picture smaller, quickly and without a copy of it where it is a photograph. The filter that follows looks at
/// each pixel six times over: a picture of a telephone would take seconds.
fn averaged(image: DynamicImage, size: Option<[u32; 2]>) -> RgbaImage {
    let Some(size) = size else {
        return image.into_rgba8();
    };
    match image {
        DynamicImage::ImageRgb8(image) => DynamicImage::from(average(&image, size)).into_rgba8(),
        image => average(&image.into_rgba8(), size),
    }
}

fn average<P>(image: &ImageBuffer<P, Vec<u8>>, [width, height]: [u32; 2]) -> ImageBuffer<P, Vec<u8>>
where
    P: Pixel<Subpixel = u8> + 'static,
{
    imageops::thumbnail(image, width, height)
}

/// The largest square in the middle.
fn square(image: &RgbaImage) -> RgbaImage {
    let side = image.width().min(image.height());
    let (left, top) = ((image.width() - side) / 2, (image.height() - side) / 2);
    imageops::crop_imm(image, left, top, side, side).to_image()
}

fn resize(image: &RgbaImage, [width, height]: [u32; 2]) -> RgbaImage {
    imageops::resize(image, width, height, FilterType::Lanczos3)
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
