//! What telephones make.

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, GrayImage, Luma};

use super::*;
use crate::colours::tests::display_p3;

/// The kinds of JPEG (ITU-T T.81, table B.1).
const BASELINE: u8 = 0xc0;
const PROGRESSIVE: u8 = 0xc2;

/// A segment of a JPEG.
fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], data].concat()
}

/// A JPEG in which all is the same grey. The one code of its tables is a zero and says that nothing differs, so its pixels
/// are zeros, two for a block of 64; a progressive one has its first scan alone, with one.
fn flat_jpeg(kind: u8, [width, height]: [u16; 2], components: u8) -> Vec<u8> {
    let mut frame = vec![8];
    frame.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
    frame.push(components);
    let mut scan = vec![components];
    for component in 1..=components {
        frame.extend([component, 0x11, 0]);
        scan.extend([component, 0]);
    }
    scan.extend([0, if kind == PROGRESSIVE { 0 } else { 63 }, 0]);
    let code = |class: u8| [&[class << 4, 1][..], &[0; 15], &[0]].concat();
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    let bits = blocks * usize::from(components) * if kind == PROGRESSIVE { 1 } else { 2 };
    [
        vec![0xff, 0xd8],
        // Of four colours, inks as Adobe's programs write them.
        segment(0xee, b"Adobe\0\x64\0\0\0\0\0"),
        segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        segment(kind, &frame),
        segment(0xc4, &code(0)),
        segment(0xc4, &code(1)),
        segment(0xda, &scan),
        vec![0; bits.div_ceil(8)],
        vec![0xff, 0xd9],
    ]
    .concat()
}

/// The colour in the middle of what is shown.
fn middle(upload: &[u8]) -> [u8; 4] {
    let Rgba(pixel) = make_large(upload).get_pixel(256, 256);
    pixel
}

#[test]
fn a_photograph_of_the_highest_mode_is_shown() {
    for size in [[5712, 4284], [8160, 6120], [16_384, 3900]] {
        let [red, green, blue, _] = middle(&flat_jpeg(BASELINE, size, 3));
        assert!(red.abs_diff(128) < 8, "{size:?}: {red}");
        assert_eq!([red, red], [green, blue], "{size:?}");
    }
}

#[test]
fn every_kind_of_jpeg_is_shown() {
    for (kind, components, expected) in [
        (BASELINE, 1, 128),
        (BASELINE, 3, 128),
        (BASELINE, 4, 64), // half of a colour, and half of that is black
        (PROGRESSIVE, 1, 128),
        (PROGRESSIVE, 3, 128),
        (PROGRESSIVE, 4, 64),
    ] {
        let [red, green, blue, _] = middle(&flat_jpeg(kind, [1200, 1100], components));
        let what = format!("{kind:x} of {components}: {red}");
        assert!(red.abs_diff(expected) < 8, "{what}");
        assert_eq!([red, red], [green, blue], "{what}");
    }
}

#[test]
fn deep_and_grey_pictures_are_shown() {
    let colours = DynamicImage::from(stripes(300, 100));
    for image in [
        DynamicImage::from(colours.to_rgb16()),
        DynamicImage::from(colours.to_rgba16()),
        DynamicImage::from(RgbImage::from_pixel(1500, 1400, Rgb(GREEN))),
    ] {
        let large = make_large(&encoded(image, ImageFormat::Png));
        assert!(is_about(&large, 256, 256, GREEN));
    }
    let grey = DynamicImage::from(GrayImage::from_pixel(1500, 1400, Luma([90])));
    for image in [
        grey.clone(),
        grey.to_luma_alpha8().into(),
        grey.to_luma16().into(),
        grey.to_luma_alpha16().into(),
    ] {
        let large = make_large(&encoded(image, ImageFormat::Png));
        assert!(is_about(&large, 256, 256, [90; 3]));
    }
}

#[test]
fn abuse_095_a_jpeg_of_too_many_pixels_is_refused() {
    for size in [[9248, 7029], [16_385, 100], [100, 16_385], [65_000, 65_000]] {
        let mut header = flat_jpeg(PROGRESSIVE, [8, 8], 4);
        let frame = header.windows(2).position(|two| two == [0xff, PROGRESSIVE]);
        let at = frame.unwrap() + 5;
        let [width, height] = size.map(u16::to_be_bytes);
        header.splice(at..at + 4, [height, width].concat());
        assert_eq!(refused(&header), Refusal::TooManyPixels, "{size:?}");
    }
}

/// Writes a picture with the profile that telephones put into theirs.
fn write(mut encoder: impl ImageEncoder, image: &RgbImage) {
    encoder.set_icc_profile(display_p3()).unwrap();
    encoder
        .write_image(
            image,
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
        .unwrap();
}

#[test]
fn the_colours_of_a_telephone_become_those_of_pages() {
    // The red of sRGB in Display P3.
    let image = RgbImage::from_pixel(600, 600, Rgb([234, 51, 35]));
    let mut files = [Vec::new(), Vec::new(), Vec::new()];
    let [jpeg, png, webp] = &mut files;
    write(JpegEncoder::new_with_quality(jpeg, 100), &image);
    write(PngEncoder::new(png), &image);
    write(WebPEncoder::new_lossless(webp), &image);

    for file in files {
        let [red, green, blue, _] = middle(&file);
        // The files are lossy.
        assert!(red > 249 && green < 6 && blue < 6, "{red} {green} {blue}");
    }
}
