mod hostile;
mod squares;
mod telephones;
mod within;

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{GenericImageView, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba};

use super::*;

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 200, 20];
const BLUE: [u8; 3] = [20, 20, 220];

/// What would give its owner away.
const SECRET: &[u8] = b"GPS 52.5200 N 13.4050 E, Ann's telephone";

/// What is shown of an account: a large picture, and a small one made of it.
const SQUARES: [Cut; 2] = [Cut::Square(512), Cut::Square(128)];

/// The pictures that are made of an upload, decoded.
fn decoded(upload: &[u8], cuts: &[Cut]) -> Vec<DynamicImage> {
    let pictures = make(upload, cuts).unwrap();
    let decoded = pictures.iter().map(|picture| {
        let image = image::load_from_memory_with_format(&picture.bytes, ImageFormat::WebP).unwrap();
        assert_eq!(image.dimensions(), (picture.width, picture.height));
        image
    });
    decoded.collect()
}

/// The larger of the squares.
fn make_large(upload: &[u8]) -> DynamicImage {
    let [large, small] = decoded(upload, &SQUARES).try_into().unwrap();
    assert_eq!(
        [&large, &small].map(GenericImageView::dimensions),
        [(512, 512), (128, 128)]
    );
    large
}

fn refused(upload: &[u8]) -> Refusal {
    make(upload, &SQUARES).unwrap_err()
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Whether a pixel has about this colour: the encoders are lossy.
fn is_about(image: &DynamicImage, x: u32, y: u32, colour: [u8; 3]) -> bool {
    let Rgba(pixel) = image.get_pixel(x, y);
    pixel
        .iter()
        .zip(colour)
        .all(|(is, wanted)| is.abs_diff(wanted) < 40)
}

/// Three stripes, side by side.
fn stripes(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        Rgb([RED, GREEN, BLUE][(x * 3 / width) as usize])
    })
}

/// Red above, blue below.
fn halves() -> RgbImage {
    RgbImage::from_fn(64, 64, |_, y| Rgb(if y < 32 { RED } else { BLUE }))
}

/// Exif with an orientation and a text (Exif 3.0: a TIFF of one directory, little-endian).
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    let length = u8::try_from(SECRET.len()).unwrap();
    exif.extend([0x0e, 0x01, 2, 0, length, 0, 0, 0, 38, 0, 0, 0]);
    exif.extend([0, 0, 0, 0]);
    exif.extend(SECRET);
    exif
}

fn jpeg_with_exif(image: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder.encode_image(image).unwrap();
    file
}

/// A chunk of a PNG, with its checksum (W3C PNG, section 5.3).
fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&kind);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap();
    [
        &length.to_be_bytes(),
        &kind[..],
        data,
        &crc.sum().to_be_bytes(),
    ]
    .concat()
}
