use super::*;

/// The primaries of Display P3, seen in the light of the profiles, D50: `rXYZ`, `gXYZ`, `bXYZ` in units of 1/65536.
const DISPLAY_P3: [[i32; 3]; 3] = [
    [0x83df, 0x3dbf, -0x45],
    [0x4abf, 0xb137, 0x0ab9],
    [0x2838, 0x110b, 0xc8b9],
];

/// The tone curve of sRGB and of Display P3, as telephones write it (ICC.1:2022, section 10.18, function 3).
fn srgb_curve() -> Vec<u8> {
    let parameters = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    for parameter in parameters {
        #[expect(clippy::cast_possible_truncation, reason = "a small number")]
        curve.extend(((parameter * 65536.0_f64).round() as i32).to_be_bytes());
    }
    curve
}

/// A profile of a screen with these tags (ICC.1:2022, section 7).
fn profile(space: [u8; 4], tags: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let word = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut table = word(tags.len()).to_vec();
    let mut data = Vec::new();
    let begin = 128 + 4 + 12 * tags.len();
    for (name, value) in tags {
        table.extend([&name[..], &word(begin + data.len()), &word(value.len())].concat());
        data.extend(value);
    }
    let mut header = vec![0; 128];
    header[..4].copy_from_slice(&word(begin + data.len()));
    header[8..12].copy_from_slice(&[4, 0, 0, 0]);
    header[12..16].copy_from_slice(b"mntr");
    header[16..20].copy_from_slice(&space);
    header[20..24].copy_from_slice(b"XYZ ");
    header[36..40].copy_from_slice(b"acsp");
    [header, table, data].concat()
}

/// The profile that telephones and screens put into their pictures.
pub(crate) fn display_p3() -> Vec<u8> {
    let [red, green, blue] = DISPLAY_P3.map(|primary| {
        let numbers = primary.map(i32::to_be_bytes).concat();
        [&b"XYZ \0\0\0\0"[..], &numbers].concat()
    });
    profile(
        *b"RGB ",
        &[
            (*b"rXYZ", red),
            (*b"gXYZ", green),
            (*b"bXYZ", blue),
            (*b"rTRC", srgb_curve()),
            (*b"gTRC", srgb_curve()),
            (*b"bTRC", srgb_curve()),
        ],
    )
}

/// A profile of greys that grow with the light.
fn linear_grey() -> Vec<u8> {
    profile(*b"GRAY", &[(*b"kTRC", b"curv\0\0\0\0\0\0\0\0".to_vec())])
}

fn converted(pixel: [u8; 4], profile: &[u8], is_grey: bool) -> [u8; 4] {
    let mut picture = RgbaImage::from_pixel(3, 2, Rgba(pixel));
    to_srgb(&mut picture, profile, is_grey);
    let Rgba(converted) = *picture.get_pixel(2, 1);
    converted
}

#[test]
fn display_p3_becomes_srgb() {
    // The primaries of sRGB in Display P3, and colours outside of sRGB, which become the nearest (CSS Color 4).
    for ([red, green, blue], expected) in [
        ([234, 51, 35], [255, 0, 0]),
        ([117, 251, 76], [0, 255, 0]),
        ([0, 0, 245], [0, 0, 255]),
        ([255, 0, 0], [255, 0, 0]),
        ([0, 255, 0], [0, 255, 0]),
        ([0, 0, 0], [0, 0, 0]),
        ([128, 128, 128], [128, 128, 128]),
        ([255, 255, 255], [255, 255, 255]),
        ([200, 100, 50], [215, 93, 31]),
    ] {
        let converted = converted([red, green, blue, 77], &display_p3(), false);
        let [.., alpha] = converted;
        assert_eq!(alpha, 77);
        for (is, expected) in converted.into_iter().zip(expected) {
            assert!(
                is.abs_diff(expected) <= 2,
                "{red} {green} {blue}: {converted:?}"
            );
        }
    }
}

#[test]
fn greys_become_those_of_srgb() {
    // A fifth of the light is the middle of sRGB (IEC 61966-2-1).
    let [red, green, blue, alpha] = converted([55, 55, 55, 9], &linear_grey(), true);

    assert!(red.abs_diff(128) <= 2, "{red}");
    assert_eq!([red, red, 9], [green, blue, alpha]);
}

#[test]
fn a_profile_of_other_colours_changes_nothing() {
    let pixel = [200, 100, 50, 255];
    let mut of_ink = display_p3();
    of_ink[COLOUR_SPACE].copy_from_slice(b"CMYK");

    for profile in [&linear_grey()[..], &of_ink, b"", b"a profile", &[0; 200]] {
        assert_eq!(converted(pixel, profile, false), pixel);
    }
    // Greys may have a profile of colours: they are colours that are all the same.
    let grey = converted([128, 128, 128, 255], &display_p3(), true);
    assert_eq!(grey, [128, 128, 128, 255]);
}

#[test]
fn abuse_095_no_damaged_profile_ends_the_worker() {
    for profile in [display_p3(), linear_grey()] {
        for end in 0..profile.len() {
            converted([200, 100, 50, 255], &profile[..end], true);
        }
        for position in 0..profile.len() {
            for value in [0, 0x7f, 0xff] {
                let mut damaged = profile.clone();
                damaged[position] = value;
                converted([200, 100, 50, 255], &damaged, true);
            }
        }
    }
}
