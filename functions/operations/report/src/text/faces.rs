//! Which font is for which characters.
//!
//! A new script is a file in `fonts/` (see its `README.md`) and a line here.

use std::ops::RangeInclusive;

/// A font file, and what it is for.
pub(super) struct Face {
    /// The file's name, without `.ttf.gz`.
    pub(super) file: &'static str,
    /// The name of the font's family.
    pub(super) family: &'static str,
    /// The characters that it is read for.
    pub(super) blocks: &'static [RangeInclusive<u32>],
}

const fn face(
    file: &'static str,
    family: &'static str,
    blocks: &'static [RangeInclusive<u32>],
) -> Face {
    Face {
        file,
        family,
        blocks,
    }
}

/// The fonts that every file has: Latin, Greek and Cyrillic, and the box that stands for what no font has.
pub(super) const BASE: usize = 2;

/// All fonts. Where two are read that have a character, the earlier one prints it.
#[rustfmt::skip]
pub(super) const FACES: [Face; 39] = [
    face("NotoSans-Regular", "Noto Sans", &[]),
    face("NotoSans-Bold", "Noto Sans", &[]),
    face("NotoSansArmenian-Regular", "Noto Sans Armenian", &[0x530..=0x58F, 0xFB13..=0xFB17]),
    face("NotoSansHebrew-Regular", "Noto Sans Hebrew", &[0x590..=0x5FF, 0xFB1D..=0xFB4F]),
    face("NotoSansArabic-Regular", "Noto Sans Arabic", &[0x600..=0x6FF, 0x750..=0x77F, 0x8A0..=0x8FF, 0xFB50..=0xFDFF, 0xFE70..=0xFEFC]),
    face("NotoSansSyriac-Regular", "Noto Sans Syriac", &[0x700..=0x74F, 0x860..=0x86F]),
    face("NotoSansThaana-Regular", "Noto Sans Thaana", &[0x780..=0x7BF]),
    face("NotoSansNKo-Regular", "Noto Sans NKo", &[0x7C0..=0x7FF]),
    face("NotoSansDevanagari-Regular", "Noto Sans Devanagari", &[0x900..=0x97F, 0x1CD0..=0x1CFF, 0xA8E0..=0xA8FF]),
    face("NotoSansBengali-Regular", "Noto Sans Bengali", &[0x980..=0x9FF]),
    face("NotoSansGurmukhi-Regular", "Noto Sans Gurmukhi", &[0xA00..=0xA7F]),
    face("NotoSansGujarati-Regular", "Noto Sans Gujarati", &[0xA80..=0xAFF]),
    face("NotoSansOriya-Regular", "Noto Sans Oriya", &[0xB00..=0xB7F]),
    face("NotoSansTamil-Regular", "Noto Sans Tamil", &[0xB80..=0xBFF]),
    face("NotoSansTelugu-Regular", "Noto Sans Telugu", &[0xC00..=0xC7F]),
    face("NotoSansKannada-Regular", "Noto Sans Kannada", &[0xC80..=0xCFF]),
    face("NotoSansMalayalam-Regular", "Noto Sans Malayalam", &[0xD00..=0xD7F]),
    face("NotoSansSinhala-Regular", "Noto Sans Sinhala", &[0xD80..=0xDFF]),
    face("NotoSansThai-Regular", "Noto Sans Thai", &[0xE00..=0xE7F]),
    face("NotoSansLao-Regular", "Noto Sans Lao", &[0xE80..=0xEFF]),
    face("NotoSerifTibetan-Regular", "Noto Serif Tibetan", &[0xF00..=0xFFF]),
    face("NotoSansMyanmar-Regular", "Noto Sans Myanmar", &[0x1000..=0x109F, 0xA9E0..=0xA9FF, 0xAA60..=0xAA7F]),
    face("NotoSansGeorgian-Regular", "Noto Sans Georgian", &[0x10A0..=0x10FF, 0x1C90..=0x1CBF, 0x2D00..=0x2D2F]),
    face("NotoSansEthiopic-Regular", "Noto Sans Ethiopic", &[0x1200..=0x139F, 0x2D80..=0x2DDF, 0xAB00..=0xAB2F]),
    face("NotoSansCherokee-Regular", "Noto Sans Cherokee", &[0x13A0..=0x13FF, 0xAB70..=0xABBF]),
    face("NotoSansCanadianAboriginal-Regular", "Noto Sans Canadian Aboriginal", &[0x1400..=0x167F, 0x18B0..=0x18FF]),
    face("NotoSansKhmer-Regular", "Noto Sans Khmer", &[0x1780..=0x17FF, 0x19E0..=0x19FF]),
    face("NotoSansMongolian-Regular", "Noto Sans Mongolian", &[0x1800..=0x18AF]),
    face("NotoSansOlChiki-Regular", "Noto Sans Ol Chiki", &[0x1C50..=0x1C7F]),
    face("NotoSansTifinagh-Regular", "Noto Sans Tifinagh", &[0x2D30..=0x2D7F]),
    face("NotoSansYi-Regular", "Noto Sans Yi", &[0xA000..=0xA4CF]),
    face("NotoSansJavanese-Regular", "Noto Sans Javanese", &[0xA980..=0xA9DF]),
    face("NotoSansAdlam-Regular", "Noto Sans Adlam", &[0x1E900..=0x1E95F]),
    // Korean before Chinese and Japanese: the latter has three of its syllables, which would look different.
    face("NanumGothic-Regular", "NanumGothic", &[0x1100..=0x11FF, 0x3130..=0x318F, 0xAC00..=0xD7A3]),
    face("DroidSansFallbackFull", "Droid Sans Fallback", &[0x2E80..=0x312F, 0x3190..=0x9FFF, 0xF900..=0xFAFF, 0xFE10..=0xFE1F, 0xFE30..=0xFE6F, 0xFF01..=0xFFEF]),
    face("NotoEmoji-Regular", "Noto Emoji", &[0x231A..=0x231B, 0x23E9..=0x23F3, 0x2600..=0x27BF, 0x2B50..=0x2B55, 0x1F1E6..=0x1F1FF, 0x1F300..=0x1FAFF]),
    face("NotoSansSymbols-Regular", "Noto Sans Symbols", &[0x20D0..=0x27BF, 0x2900..=0x2922, 0x1F100..=0x1F1AC, 0x1F700..=0x1F77F]),
    face("NotoSansSymbols2-Regular", "Noto Sans Symbols2", &[0x2190..=0x2BFF, 0x1F000..=0x1FBFF]),
    face("NotoSansMath-Regular", "Noto Sans Math", &[0x20D0..=0x2BFF, 0x1D400..=0x1D7FF]),
];

/// The fonts besides the base that may have a character.
pub(super) fn faces_of(character: char) -> impl Iterator<Item = usize> {
    let code = u32::from(character);
    let is_for = move |face: &Face| face.blocks.iter().any(|block| block.contains(&code));
    (BASE..FACES.len()).filter(move |index| is_for(&FACES[*index]))
}
