//! What is shown of an account.

use webp::{AnimEncoder, AnimFrame, WebPConfig};

use super::*;

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
