//! Colours as pages show them: what a camera or a screen wrote in colours of its own becomes sRGB.

use std::ops::Range;

use image::{Rgba, RgbaImage};
use qcms::{DataType, Intent, Profile, Transform};

/// Where a profile says in what its colours are measured (ICC.1:2022, section 7.2.6).
const COLOUR_SPACE: Range<usize> = 16..20;

/// Converts a picture from the colours of the profile in its file. A profile that cannot be read, or is about other colours
/// than those the decoder gives (it makes RGB of CMYK), changes nothing.
pub(crate) fn to_srgb(picture: &mut RgbaImage, profile: &[u8], is_grey: bool) {
    let Some(from) = Profile::new_from_slice(profile, false) else {
        return;
    };
    match profile.get(COLOUR_SPACE) {
        Some(b"RGB ") => convert(picture, &from),
        Some(b"GRAY") if is_grey => convert_grey(picture, &from),
        _ => {}
    }
}

fn convert(picture: &mut RgbaImage, from: &Profile) {
    let pixels = DataType::RGBA8;
    if let Some(transform) = Transform::new(from, &Profile::new_sRGB(), pixels, Intent::Perceptual)
    {
        transform.apply(picture);
    }
}

fn convert_grey(picture: &mut RgbaImage, from: &Profile) {
    let (grey, colour) = (DataType::GrayA8, DataType::RGBA8);
    let to = Profile::new_sRGB();
    if let Some(transform) = Transform::new_to(from, &to, grey, colour, Intent::Perceptual) {
        let pixels = picture.pixels();
        let pixels: Vec<u8> = pixels
            .flat_map(|&Rgba([grey, _, _, alpha])| [grey, alpha])
            .collect();
        transform.convert(&pixels, picture);
    }
}

#[cfg(test)]
pub(crate) mod tests;
