mod telephones;

use std::io::{Cursor, Write as _};

use image::codecs::jpeg::JpegEncoder;
use image::{GenericImageView as _, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba};
use webp::{AnimEncoder, AnimFrame, WebPConfig};

use super::*;

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 200, 20];
const BLUE: [u8; 3] = [20, 20, 220];

/// What would give its owner away.
const SECRET: &[u8] = b"GPS 52.5200 N 13.4050 E, Ann's telephone";

fn make_large(upload: &[u8]) -> DynamicImage {
    let [large, small] = make(upload).unwrap();
    let decoded = [&large, &small].map(|picture| {
        let image = image::load_from_memory_with_format(&picture.bytes, ImageFormat::WebP).unwrap();
        let side = picture.size.side();
        assert_eq!((image.width(), image.height()), (side, side));
        image
    });
    let [large, _] = decoded;
    large
}

fn refused(upload: &[u8]) -> Refusal {
    make(upload).err().unwrap()
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

/// A PNG that says it has this size, and has this for its compressed pixels.
fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes()[..],
        &[8, 2, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png_chunk(*b"IHDR", &header),
        png_chunk(*b"IDAT", pixels),
        png_chunk(*b"IEND", b""),
    ]
    .concat()
}

/// So many zeros, compressed.
fn zeros(length: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let megabyte = vec![0; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&megabyte).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn every_format_becomes_two_squares_of_webp() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let large = make_large(&encoded(stripes(300, 100), format));
        assert!(is_about(&large, 256, 256, GREEN), "{format:?}");
    }
    // One pixel is a picture too.
    make_large(&encoded(stripes(1, 1), ImageFormat::Png));
}

#[test]
fn the_middle_of_a_picture_is_shown() {
    let large = make_large(&encoded(stripes(300, 100), ImageFormat::Png));
    for (x, y) in [(8, 8), (503, 8), (8, 503), (503, 503)] {
        assert!(is_about(&large, x, y, GREEN), "{x} {y}");
    }
}

#[test]
fn a_picture_is_turned_as_its_camera_says() {
    // Where red is, of left, top, right and bottom, for each orientation (Exif 3.0, tag 274).
    let (left, top, right, bottom) = ((20, 256), (256, 20), (491, 256), (256, 491));
    for (orientation, (x, y)) in [
        (1, top),
        (2, top),
        (3, bottom),
        (4, bottom),
        (5, left),
        (6, right),
        (7, right),
        (8, left),
        (9, top),
        (0, top),
    ] {
        let large = make_large(&jpeg_with_exif(&halves(), orientation));
        assert!(is_about(&large, x, y, RED), "{orientation}");
    }
}

#[test]
fn what_can_be_seen_through_stays_so() {
    let clear = RgbaImage::from_fn(64, 64, |x, _| {
        Rgba([220, 20, 20, if x < 32 { 0 } else { 255 }])
    });
    let large = make_large(&encoded(clear, ImageFormat::Png));

    assert_eq!(large.get_pixel(20, 256)[3], 0);
    assert_eq!(large.get_pixel(491, 256)[3], 255);
}

#[test]
fn the_first_frame_of_an_animation_is_shown() {
    let [red, blue] = [RED, BLUE].map(|colour| RgbImage::from_pixel(64, 64, Rgb(colour)));
    let config = WebPConfig::new().unwrap();
    let mut encoder = AnimEncoder::new(64, 64, &config);
    encoder.add_frame(AnimFrame::from_rgb(&red, 64, 64, 0));
    encoder.add_frame(AnimFrame::from_rgb(&blue, 64, 64, 500));

    let large = make_large(&encoder.encode());

    assert!(is_about(&large, 256, 256, RED));
}

#[test]
fn nothing_but_pixels_gets_through() {
    let image = stripes(64, 64);
    let jpeg = jpeg_with_exif(&image, 1);
    let mut png = encoded(image, ImageFormat::Png);
    let text = png_chunk(*b"tEXt", &[b"Comment\0", SECRET].concat());
    // Behind the header, which has 33 bytes with the signature.
    png.splice(33..33, text);
    let behind_the_end = [&png[..], SECRET].concat();

    for upload in [jpeg, png, behind_the_end] {
        let has_secret = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|part| part == SECRET);
        assert!(has_secret(&upload));
        for picture in make(&upload).unwrap() {
            assert!(!has_secret(&picture.bytes));
            // No EXIF, XMP or colour profile: they need the extended format.
            assert_eq!(&picture.bytes[12..16], b"VP8 ");
        }
    }
}

#[test]
fn abuse_095_what_is_no_picture_is_refused() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    for upload in [
        &svg[..],
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"PK\x03\x04 an archive",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"%PDF-1.7",
        b"\x7fELF",
        b"BM\0\0\0\0",
        b"II*\0\x08\0\0\0",
        b"RIFF\x04\0\0\0AVI ",
        b"",
    ] {
        assert_eq!(refused(upload), Refusal::UnknownFormat, "{upload:?}");
    }
}

#[test]
fn abuse_095_a_page_that_begins_like_a_picture_is_refused() {
    for upload in [
        &b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"[..],
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        b"RIFF\xff\xff\xff\x7fWEBP<script>alert(1)</script>",
        b"RIFF\x04\0\0\0WEBP",
    ] {
        assert_eq!(refused(upload), Refusal::Unreadable, "{upload:?}");
    }
}

#[test]
fn abuse_095_a_picture_that_is_also_a_page_becomes_a_picture_alone() {
    let page = b"<script>alert(1)</script>";
    let mut polyglot = encoded(stripes(64, 64), ImageFormat::Jpeg);
    let length = u16::try_from(page.len() + 2).unwrap().to_be_bytes();
    polyglot.splice(2..2, [&[0xff, 0xfe], &length[..], page].concat());
    polyglot.extend(page);

    for picture in make(&polyglot).unwrap() {
        assert!(!picture.bytes.windows(page.len()).any(|part| part == page));
    }
}

#[test]
fn abuse_095_too_many_pixels_are_refused_before_they_are_unpacked() {
    for (width, height) in [
        (30_000, 30_000),
        (16_385, 1),
        (1, 16_385),
        (16_384, 16_384),
        (4900, 4900),
    ] {
        let upload = png(width, height, &[]);
        assert_eq!(refused(&upload), Refusal::TooManyPixels, "{width}x{height}");
    }
    // These may be opened, and have no pixels.
    for (width, height) in [(16_384, 1), (6000, 4000)] {
        let upload = png(width, height, &[]);
        assert_eq!(refused(&upload), Refusal::Unreadable, "{width}x{height}");
    }
}

#[test]
fn abuse_095_a_bomb_unpacks_no_further_than_its_pixels() {
    // 256 MB of zeros in 256 KB, for 64 pixels.
    let bomb = png(8, 8, &zeros(256 << 20));
    assert!(bomb.len() < 300_000);

    let started = std::time::Instant::now();
    let _ = make(&bomb);

    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn abuse_095_no_damage_ends_the_worker() {
    let image = stripes(48, 48);
    let samples = [
        encoded(image.clone(), ImageFormat::Png),
        encoded(image.clone(), ImageFormat::WebP),
        jpeg_with_exif(&image, 6),
    ];
    for sample in &samples {
        for end in (0..sample.len()).step_by(7) {
            let _ = open(&sample[..end]);
        }
        for position in (0..sample.len()).step_by(5) {
            let mut damaged = sample.clone();
            damaged[position] ^= 0xff;
            let _ = open(&damaged);
        }
    }
}
