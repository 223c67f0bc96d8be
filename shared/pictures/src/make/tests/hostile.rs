//! What somebody may have made to do harm, or to find out.

use std::io::Write as _;

use super::*;

/// Both kinds of cuts.
const CUTS: [Cut; 2] = [Cut::Within(1600), Cut::Square(512)];

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
        for picture in make(&upload, &CUTS).unwrap() {
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

    for picture in make(&polyglot, &CUTS).unwrap() {
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
    let _ = make(&bomb, &CUTS);

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
