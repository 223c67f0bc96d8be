//! What is shown of a product: the whole picture, in several sizes.

use super::*;

const SIZES: [Cut; 3] = [Cut::Within(1600), Cut::Within(640), Cut::Within(160)];

/// The width and height of each picture.
fn sizes(images: &[DynamicImage]) -> Vec<[u32; 2]> {
    let sizes = images.iter().map(|it| [it.width(), it.height()]);
    sizes.collect()
}

/// The pixels that are made of an upload, before they are packed with loss.
fn cut_of(upload: &[u8], cuts: &[Cut]) -> Vec<RgbaImage> {
    cut(open(upload).unwrap(), cuts)
}

/// Black and white by turns, pixel by pixel.
fn chequered(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([if (x + y) % 2 == 0 { 0 } else { 255 }; 3])
    })
}

#[test]
fn a_large_picture_is_shown_whole_in_every_size() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let upload = encoded(stripes(2400, 1800), format);
        let images = decoded(&upload, &SIZES);

        assert_eq!(sizes(&images), [[1600, 1200], [640, 480], [160, 120]]);
        for image in images {
            let (width, height) = image.dimensions();
            for (x, colour) in [(0, RED), (width / 2, GREEN), (width - 1, BLUE)] {
                for y in [0, height / 2, height - 1] {
                    assert!(
                        is_about(&image, x, y, colour),
                        "{format:?}: {width} {x} {y}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_small_picture_is_not_enlarged() {
    for (of, expected) in [
        ([1, 1], [[1, 1]; 3]),
        ([100, 60], [[100, 60]; 3]),
        ([160, 160], [[160, 160]; 3]),
        ([300, 100], [[300, 100], [300, 100], [160, 53]]),
        ([1000, 999], [[1000, 999], [640, 639], [160, 160]]),
    ] {
        let [width, height] = of;
        let upload = encoded(stripes(width, height), ImageFormat::Png);
        assert_eq!(sizes(&decoded(&upload, &SIZES)), expected, "{of:?}");
    }
}

#[test]
fn the_longest_and_thinnest_pictures_keep_a_pixel() {
    for (of, expected) in [
        ([16_384, 1], [[1600, 1], [640, 1], [160, 1]]),
        ([1, 16_384], [[1, 1600], [1, 640], [1, 160]]),
        ([16_384, 100], [[1600, 10], [640, 4], [160, 1]]),
        ([16_384, 1400], [[1600, 137], [640, 55], [160, 14]]),
    ] {
        let [width, height] = of;
        let upload = encoded(
            RgbImage::from_pixel(width, height, Rgb(GREEN)),
            ImageFormat::Png,
        );
        let images = decoded(&upload, &SIZES);
        assert_eq!(sizes(&images), expected, "{of:?}");
        for image in images {
            assert!(is_about(&image, 0, 0, GREEN), "{of:?}");
        }
    }
}

#[test]
fn a_camera_that_was_held_upright_makes_an_upright_picture() {
    // Red above, blue below, and wide: where red is, for each orientation (Exif 3.0, tag 274).
    let image = RgbImage::from_fn(800, 400, |_, y| Rgb(if y < 200 { RED } else { BLUE }));
    let cuts = [Cut::Within(640), Cut::Within(160), Cut::Within(100)];
    for orientation in 1..=8 {
        let upload = jpeg_with_exif(&image, orientation);
        let is_turned = orientation > 4;
        let expected = [[640, 320], [160, 80], [100, 50]].map(|[long, short]| {
            if is_turned {
                [short, long]
            } else {
                [long, short]
            }
        });
        let images = decoded(&upload, &cuts);

        assert_eq!(sizes(&images), expected, "{orientation}");
        for image in images {
            let [right, bottom] = [image.width() - 5, image.height() - 5];
            let (x, y) = match orientation {
                1 | 2 => (right / 2, 5),
                3 | 4 => (right / 2, bottom),
                5 | 8 => (5, bottom / 2),
                _ => (right, bottom / 2),
            };
            assert!(is_about(&image, x, y, RED), "{orientation}: {right}");
        }
    }
}

#[test]
fn what_can_be_seen_through_stays_so_in_every_size() {
    for (width, height) in [(3600, 2400), (1200, 900), (100, 80)] {
        let clear = RgbaImage::from_fn(width, height, |x, _| {
            Rgba([220, 20, 20, if x < width / 2 { 0 } else { 255 }])
        });
        for image in decoded(&encoded(clear, ImageFormat::Png), &SIZES) {
            let middle = image.height() / 2;
            assert_eq!(image.get_pixel(1, middle)[3], 0, "{width}");
            let right = image.get_pixel(image.width() - 2, middle);
            assert!(right[3] == 255 && right[0] > 180, "{width}: {right:?}");
        }
    }
}

#[test]
fn what_is_finer_than_a_pixel_becomes_its_mean() {
    // With every other pixel left out it would be black or white.
    let upload = encoded(chequered(3400, 2000), ImageFormat::Png);
    for cuts in [&SIZES[..], &SIZES[2..], &SQUARES] {
        for image in decoded(&upload, cuts) {
            for (x, y) in [(0, 0), (image.width() / 2, image.height() / 3)] {
                assert!(is_about(&image, x, y, [128; 3]), "{cuts:?} {x} {y}");
            }
        }
    }
}

#[test]
fn a_picture_is_the_same_whether_or_not_a_larger_one_is_made_with_it() {
    let image = RgbImage::from_fn(3400, 2600, |x, y| {
        let wave = |at: u32| ((f64::from(at) / 150.0).sin() * 100.0 + 128.0).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "28 to 228"
        )]
        let [red, green] = [x, y].map(|at| wave(at) as u8);
        Rgb([red, green, 128])
    });
    let upload = encoded(image, ImageFormat::Png);
    for (cut, larger) in [
        (Cut::Within(640), Cut::Within(1600)),
        (Cut::Within(1600), Cut::Square(1600)),
        (Cut::Square(128), Cut::Square(512)),
        (Cut::Square(300), Cut::Square(512)),
    ] {
        let pixels = |cuts: &[Cut]| cut_of(&upload, cuts);
        let alone = &pixels(&[cut])[0];
        for other in [&pixels(&[larger, cut])[1], &pixels(&[cut, larger])[0]] {
            assert_eq!(alone.dimensions(), other.dimensions());
            let pairs = alone.iter().zip(other.iter());
            let most = pairs.map(|(left, right)| left.abs_diff(*right)).max();
            // Of 255: nobody sees it.
            assert!(most < Some(6), "{cut:?} with {larger:?}: {most:?}");
        }
    }
}

#[test]
fn pictures_come_in_the_order_of_their_cuts() {
    let upload = encoded(stripes(2000, 1000), ImageFormat::Png);
    let cuts = [Cut::Within(160), Cut::Square(512), Cut::Within(1600)];

    let pictures = make(&upload, &cuts).unwrap();

    let sizes: Vec<_> = pictures.iter().map(|it| (it.width, it.height)).collect();
    assert_eq!(sizes, [(160, 80), (512, 512), (1600, 800)]);
    assert_eq!(make(&upload, &[]), Ok(Vec::new()));
}
