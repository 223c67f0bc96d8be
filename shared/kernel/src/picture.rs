//! What a picture that somebody sends may be, and why one is refused.
//!
//! These are words and limits alone: models store a refusal and endpoints hand out forms without the libraries that open
//! pictures, which are in the crate `pictures`.

use jiff::SignedDuration;
use thiserror::Error;

/// The length of the longest picture that is taken, in bytes. A photograph of a telephone has 2 to 4 million, and 12 million
/// in its highest mode.
pub const MAX_BYTES: u32 = 15 * 1024 * 1024;

/// The longest side of a picture that is opened, in pixels: that of a telephone's panoramas.
pub const MAX_SIDE: u32 = 16_384;

/// The most pixels of a JPEG that is opened. Telephones make 12 to 50 million, the largest sensors in common use 9248 by
/// 6936. One takes three bytes a pixel, and at worst (progressive, four colours) eleven: three quarters of the worker's
/// memory.
const MAX_JPEG_PIXELS: u64 = 65_000_000;

/// The most pixels of another picture that is opened: what screens and drawing programs make. It takes up to twelve bytes a
/// pixel.
const MAX_OTHER_PIXELS: u64 = 24_000_000;

/// The time for which an upload form is good: a line of half a megabit a second sends the longest picture in less.
pub const UPLOAD_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// What a picture may be uploaded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
pub enum Format {
    /// The format is PNG.
    #[strum(serialize = "image/png")]
    Png,
    /// The format is JPEG, which some programs call `image/jpg`.
    #[strum(to_string = "image/jpeg", serialize = "image/jpg")]
    Jpeg,
    /// The format is WebP.
    #[strum(serialize = "image/webp")]
    Webp,
}

/// A media type is not that of a [`Format`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Use image/png, image/jpeg or image/webp.")]
pub struct InvalidFormat;

/// The reason why an upload is not shown. The name is a code for front ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Refusal {
    /// The upload has more bytes than [`MAX_BYTES`].
    FileTooLarge,
    /// It is no PNG, JPEG or WebP, whatever its name and type say.
    UnknownFormat,
    /// It has more pixels than are opened of its format ([`Format::max_pixels`]), or a side longer than [`MAX_SIDE`].
    TooManyPixels,
    /// The upload begins like a picture and is none.
    Unreadable,
}

impl Format {
    /// The format with this media type.
    pub fn parse(media_type: &str) -> Result<Self, InvalidFormat> {
        media_type.parse().map_err(|_| InvalidFormat)
    }

    /// The media type of the format.
    pub fn media_type(self) -> &'static str {
        self.into()
    }

    /// The most pixels of a picture of this format that is opened.
    pub fn max_pixels(self) -> u64 {
        match self {
            Self::Jpeg => MAX_JPEG_PIXELS,
            Self::Png | Self::Webp => MAX_OTHER_PIXELS,
        }
    }
}

impl Refusal {
    /// The code of the refusal.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn abuse_095_three_formats_are_taken_and_no_other() {
        for media_type in ["image/png", "image/jpeg", "image/webp"] {
            assert_eq!(
                Format::parse(media_type).map(Format::media_type),
                Ok(media_type)
            );
        }
        assert_eq!(Format::parse("image/jpg"), Ok(Format::Jpeg));
        for media_type in [
            "image/svg+xml",
            "image/gif",
            "text/html",
            "IMAGE/PNG",
            "image/png; charset=utf-8",
            "",
        ] {
            assert_eq!(
                Format::parse(media_type),
                Err(InvalidFormat),
                "{media_type}"
            );
        }
    }

    #[test]
    fn a_refusal_keeps_the_code_that_is_stored_of_it() {
        let codes: Vec<&str> = Refusal::VARIANTS.iter().map(|it| it.as_str()).collect();
        let stored = [
            "file_too_large",
            "unknown_format",
            "too_many_pixels",
            "unreadable",
        ];
        assert_eq!(codes, stored);
    }
}
